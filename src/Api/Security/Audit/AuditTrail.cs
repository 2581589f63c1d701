using System.Diagnostics.Metrics;
using System.Threading.Channels;
using Microsoft.Extensions.Options;
using Platform.Api.Http;
using Platform.Grains.Engine.Audit;
using Platform.Grains.Engine.Journal;
using Platform.Grains.Engine.Registration;
using Platform.Storage.Audit;

namespace Platform.Api.Security.Audit;

/// <summary>
/// Writes into the audit log what no entity has decided: refusals, and what the front door itself did. A caller waits until its
/// row is durable, but not for long: the log never keeps a request from its answer. What cannot be kept is counted and logged.
/// </summary>
[Singleton]
public sealed partial class AuditTrail(AuditLog log, IOptions<AuditOptions> options, TimeProvider time, ILogger<AuditTrail> logger) : BackgroundService
{
    private const int MaxQueued = 4_096;
    private const int MaxBatch = 500;
    private static readonly TimeSpan CallerWaits = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan RetryAfter = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan DrainFor = TimeSpan.FromSeconds(5);
    private static readonly Meter Meter = new("Platform.Audit");
    private static readonly Counter<long> Dropped = Meter.CreateCounter<long>(
        "platform.audit.dropped", "{entry}", "Entries of the audit log that could not be written.");

    private readonly AuditTally _tally = new(options.Value.PerSource);
    private readonly Channel<Pending> _queue = Channel.CreateBounded<Pending>(new BoundedChannelOptions(MaxQueued) { SingleReader = true });

    /// <summary>
    /// Something was refused before an entity could decide it. Identical refusals within a minute are counted, not repeated
    /// (<see cref="AuditTally"/>).
    /// </summary>
    public Task RefusedAsync(HttpContext http, Guid organisationId, Guid? actorId, AuditEvent what)
    {
        var row = Row(RequestOrigin.Of(http, actorId is null ? ActorKind.Anonymous : null), organisationId, actorId, what);
        return _tally.Admit(SourceOf(http, actorId), row) is { } admitted ? WriteAsync(admitted) : Task.CompletedTask;
    }

    /// <summary>As above, of a signed-in caller.</summary>
    public Task RefusedAsync(Call call, AuditEvent what) => RefusedAsync(call.Http, call.OrganisationId, call.UserId, what);

    /// <summary>The front door did something for a signed-in caller that no entity decides, such as an export.</summary>
    public Task AcceptedAsync(Call call, string action, Guid? entityId = null, IReadOnlyDictionary<string, string>? details = null) =>
        WriteAsync(Row(call.Origin, call.OrganisationId, call.UserId, new AuditEvent(action, null, entityId) { Details = details }));

    /// <summary>
    /// Somebody of the platform did something to another organisation that no entity decides: in that organisation's log, which does not
    /// say where they sit.
    /// </summary>
    public Task ByThePlatformAsync(Guid organisationId, Guid actorId, string action, Guid entityId) =>
        WriteAsync(Row(new Origin(null, null, null, ActorKind.System), organisationId, actorId, new AuditEvent(action, null, entityId)));

    /// <summary>Writes what is queued, as far as the store answers, and the numbers of the last minute.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        Enqueue(_tally.Close(time.GetUtcNow(), now: true));
        _queue.Writer.TryComplete();
        if (ExecuteTask is { } writing)
        {
            await Task.WhenAny(writing, Task.Delay(DrainFor, cancellationToken));
        }

        await base.StopAsync(cancellationToken);
        while (_queue.Reader.TryRead(out var left))
        {
            Drop(left.Row, "stopping");
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        Dropped.Add(0); // Is there before the first one, so that the first one is a rise.
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        var closing = CloseMinutesAsync(ended.Token);
        await WriteAllAsync(stoppingToken);
        await ended.CancelAsync();
        await closing;
    }

    private async Task WriteAllAsync(CancellationToken stoppingToken)
    {
        var batch = new List<Pending>();
        try
        {
            while (await _queue.Reader.WaitToReadAsync(stoppingToken))
            {
                while (batch.Count < MaxBatch && _queue.Reader.TryRead(out var next))
                {
                    batch.Add(next);
                }

                await AppendAsync(batch, stoppingToken);
                batch.Clear();
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            batch.ForEach(pending => Drop(pending.Row, "stopping"));
        }
    }

    /// <summary>Until the store answers; a row that it refuses is dropped alone.</summary>
    private async Task AppendAsync(List<Pending> batch, CancellationToken stoppingToken)
    {
        while (true)
        {
            try
            {
                await log.AppendAsync(batch.ConvertAll(pending => pending.Row), stoppingToken);
                batch.ForEach(pending => pending.Done.TrySetResult());
                return;
            }
            catch (JournalUnavailableException) when (!stoppingToken.IsCancellationRequested)
            {
                await Task.Delay(RetryAfter, stoppingToken);
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                if (batch.Count == 1)
                {
                    Drop(batch[0].Row, exception.GetType().Name);
                    return;
                }

                foreach (var pending in batch)
                {
                    await AppendAsync([pending], stoppingToken);
                }

                return;
            }
        }
    }

    private async Task CloseMinutesAsync(CancellationToken ended)
    {
        using var timer = new PeriodicTimer(Tick, time);
        try
        {
            while (await timer.WaitForNextTickAsync(ended))
            {
                Enqueue(_tally.Close(time.GetUtcNow()));
            }
        }
        catch (OperationCanceledException)
        {
            // The last minute is closed when the process stops.
        }
    }

    private async Task WriteAsync(AuditRow row)
    {
        var pending = new Pending(row);
        if (_queue.Writer.TryWrite(pending))
        {
            await Task.WhenAny(pending.Done.Task, Task.Delay(CallerWaits));
        }
        else
        {
            Drop(row, "the queue is full");
        }
    }

    private void Enqueue(IReadOnlyList<AuditRow> rows)
    {
        foreach (var row in rows)
        {
            if (!_queue.Writer.TryWrite(new Pending(row)))
            {
                Drop(row, "the queue is full");
            }
        }
    }

    private AuditRow Row(Origin origin, Guid organisationId, Guid? actorId, AuditEvent what)
    {
        var now = time.GetUtcNow();
        return new AuditRow(
            organisationId, now, Guid.CreateVersion7(now), actorId, what.Action, what.Code, what.EntityType, what.EntityId, origin,
            AuditEntry.Bounded(what.Details ?? new Dictionary<string, string>()));
    }

    // Whoever is signed in is one source wherever they are; of the others an IPv6 network is one, since a host has 2^64 addresses.
    private static string SourceOf(HttpContext http, Guid? actorId) =>
        actorId?.ToString() ?? ClientAddress.NetworkOf(ClientAddress.Of(http));

    private void Drop(AuditRow row, string reason)
    {
        Dropped.Add(1);
        LogDropped(logger, row.Action, row.Code, row.OrganisationId, row.ActorId, row.Origin.Address, row.Origin.TraceId, reason);
    }

    [LoggerMessage(1, LogLevel.Error, "The audit log lacks {Action} ({Code}) of organisation {Organisation} by {Actor} from {Address}, trace {TraceId}: {Reason}")]
    private static partial void LogDropped(
        ILogger logger, string action, string? code, Guid organisation, Guid? actor, string? address, string? traceId, string reason);

    private sealed record Pending(AuditRow Row)
    {
        public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
