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
/// Writes to the audit log what no entity decides: refusals, and actions of the API itself. A caller waits only briefly until its row is
/// durable, so that the audit log never blocks an answer. Rows that cannot be written are counted and logged.
/// </summary>
[Singleton]
public sealed partial class AuditTrail(
    AuditLog log, IOptions<AuditOptions> options, TimeProvider time, ILogger<AuditTrail> logger) : BackgroundService
{
    private const int MaxQueued = 4_096;
    private const int MaxBatch = 500;
    private static readonly TimeSpan CallerTimeout = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan CloseInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan DrainTimeout = TimeSpan.FromSeconds(5);
    private static readonly Meter Meter = new("Platform.Audit");
    private static readonly Counter<long> Dropped = Meter.CreateCounter<long>(
        "platform.audit.dropped", "{entry}", "Entries of the audit log that could not be written.");

    private readonly AuditTally _tally = new(options.Value.PerSource);
    private readonly Channel<Pending> _queue = Channel.CreateBounded<Pending>(new BoundedChannelOptions(MaxQueued) { SingleReader = true });

    /// <summary>
    /// Records a refusal that happened before an entity could decide. Identical refusals within a minute are counted, not repeated
    /// (<see cref="AuditTally"/>).
    /// </summary>
    public Task RefusedAsync(HttpContext http, Guid organisationId, Guid? actorId, AuditEvent what)
    {
        var row = Row(RequestOrigin.Of(http, actorId is null ? ActorKind.Anonymous : null), organisationId, actorId, what);
        return _tally.Admit(SourceOf(http, actorId), row) is { } admitted ? WriteAsync(admitted) : Task.CompletedTask;
    }

    /// <summary>As above, for a signed-in caller.</summary>
    public Task RefusedAsync(Call call, AuditEvent what) => RefusedAsync(call.Http, call.OrganisationId, call.UserId, what);

    /// <summary>Records an action of the API for a signed-in caller that no entity decides, such as an export.</summary>
    public Task AcceptedAsync(Call call, string action, Guid? entityId = null, IReadOnlyDictionary<string, string>? details = null) =>
        WriteAsync(Row(call.Origin, call.OrganisationId, call.UserId, new AuditEvent(action, null, entityId) { Details = details }));

    /// <summary>
    /// Records an action by a platform administrator on another organisation, in that organisation's log, without the administrator's
    /// address.
    /// </summary>
    public Task ByThePlatformAsync(Guid organisationId, Guid actorId, string action, Guid entityId) =>
        WriteAsync(Row(new Origin(null, null, null, ActorKind.System), organisationId, actorId, new AuditEvent(action, null, entityId)));

    /// <summary>Writes the queued rows and the last minute's counts, if the database answers in time.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        Enqueue(_tally.Close(time.GetUtcNow(), now: true));
        _queue.Writer.TryComplete();
        if (ExecuteTask is { } writing)
        {
            await Task.WhenAny(writing, Task.Delay(DrainTimeout, cancellationToken));
        }

        await base.StopAsync(cancellationToken);
        while (_queue.Reader.TryRead(out var unwritten))
        {
            Drop(unwritten.Row, "stopping");
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        Dropped.Add(0); // Creates the series, so that the first drop shows as an increase.
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        var closeTask = CloseMinutesAsync(ended.Token);
        await WriteAllAsync(stoppingToken);
        await ended.CancelAsync();
        await closeTask;
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
#pragma warning disable CA1031 // On a stop, the database may fail in any way; those who wait must be released.
        catch (Exception) when (stoppingToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            batch.ForEach(pending => Drop(pending.Row, "stopping"));
        }
    }

    /// <summary>Retries until the database answers. Drops only the row that it rejects.</summary>
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
                await Task.Delay(RetryDelay, stoppingToken);
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
        using var timer = new PeriodicTimer(CloseInterval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(ended))
            {
                Enqueue(_tally.Close(time.GetUtcNow()));
            }
        }
        catch (OperationCanceledException)
        {
            // StopAsync closes the last minute.
        }
    }

    private async Task WriteAsync(AuditRow row)
    {
        var pending = new Pending(row);
        if (_queue.Writer.TryWrite(pending))
        {
            await Task.WhenAny(pending.Done.Task, Task.Delay(CallerTimeout));
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

    // A signed-in caller is one source from any address. Otherwise an IPv6 network is one source, because a host has 2^64 addresses.
    private static string SourceOf(HttpContext http, Guid? actorId) =>
        actorId?.ToString() ?? ClientAddress.NetworkOf(ClientAddress.Of(http));

    private void Drop(AuditRow row, string reason)
    {
        Dropped.Add(1);
        LogDropped(logger, row.Action, row.Code, row.OrganisationId, row.ActorId, row.Origin.Address, row.Origin.TraceId, reason);
    }

    [LoggerMessage(
        1, LogLevel.Error,
        "Missing in the audit log: {Action} ({Code}) of organisation {Organisation} by {Actor} from {Address}, trace {TraceId}: {Reason}")]
    private static partial void LogDropped(
        ILogger logger, string action, string? code, Guid organisation, Guid? actor, string? address, string? traceId, string reason);

    private sealed record Pending(AuditRow Row)
    {
        public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
