using System.Diagnostics.Metrics;
using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Platform.Api.Http;
using Platform.Api.Security.Audit;
using Platform.Audit;
using Platform.Storage.Audit;
using Platform.Storage.Engine;
using Platform.Testing;

namespace Platform.Api.Tests.Security.Audit;

/// <summary>Writing refusals to the database, also if it is unavailable.</summary>
public sealed class AuditTrailTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>, IAsyncLifetime
{
    private readonly ManualTime _time = new();
    private readonly Guid _organisation = Guid.CreateVersion7(TimeProvider.System.GetUtcNow());
    private PlatformDatabase _database = null!;

    public Task InitializeAsync()
    {
        _database = new PlatformDatabase(postgres.Runtime);
        return Task.CompletedTask;
    }

    public Task DisposeAsync() => _database.DisposeAsync().AsTask();

    [Fact]
    public async Task A_thousand_identical_refusals_are_one_row_and_one_with_their_number()
    {
        using var trail = await StartAsync(_database);
        await Task.WhenAll(Enumerable.Range(0, 1_000).Select(_ => RefuseAsync(trail, "203.0.113.7")));
        _time.Advance(TimeSpan.FromMinutes(2));
        await Eventually.HoldsAsync(async () => (await ListAsync()).Count == 2, TimeSpan.FromSeconds(30), "both rows are written");
        await trail.StopAsync(CancellationToken.None);
        var rows = await ListAsync();
        Assert.Equal(2, rows.Count);
        Assert.Equal("999", rows[0].Details["repeats"]);
        Assert.Equal(rows[1].Id.ToString(), rows[0].Details["repeatsOf"]);
    }

    [Fact]
    public async Task Hosts_of_one_ipv6_network_are_one_source_and_mapped_ipv4_is_ipv4()
    {
        using var trail = await StartAsync(_database);
        await RefuseAsync(trail, "2001:db8:0:1::1");
        await RefuseAsync(trail, "2001:db8:0:1::2");
        await RefuseAsync(trail, "2001:db8:0:2::1");
        await RefuseAsync(trail, "::ffff:203.0.113.7");
        await trail.StopAsync(CancellationToken.None);
        Assert.Equal(
            ["2001:db8:0:1::1", "2001:db8:0:1::2", "2001:db8:0:2::1", "203.0.113.7"],
            (await ListAsync()).Select(row => row.Ip).Order(StringComparer.Ordinal));
        Assert.Equal("1", Assert.Single(await ListAsync(), row => row.Ip == "2001:db8:0:1::2").Details["repeats"]);
    }

    [Fact]
    public async Task ASVS_16_3_2_a_403_says_who_asked_for_which_route()
    {
        using var trail = await StartAsync(_database);
        await using var services = new ServiceCollection().AddSingleton(trail).AddSingleton<IRefusalLog, AuditRefusalLog>()
            .BuildServiceProvider();
        var id = Guid.CreateVersion7(TimeProvider.System.GetUtcNow());
        var http = Http("203.0.113.7", services);
        http.User = new Platform.Api.Security.SignedIn(
            new Platform.Api.Security.AccessToken(id, _organisation, id, id, default, default, "aal1", default, 0));
        http.Request.Method = "DELETE";
        http.Request.RouteValues["id"] = _organisation.ToString();
        var extensions = new Dictionary<string, object> { ["permission"] = "wallets:charge" };
        var problem = new Problem(403, "forbidden", "no") { Extensions = extensions };
        await problem.ExecuteAsync(http);
        await trail.StopAsync(CancellationToken.None);
        var row = Assert.Single(await ListAsync());
        Assert.Equal(("access.request", "forbidden", id, AuditOutcome.Refused), (row.Action, row.Code, row.ActorId, row.Outcome));
        Assert.Equal(("DELETE", "wallets:charge", _organisation.ToString()),
            (row.Details["method"], row.Details["permission"], row.Details["id"]));
        Assert.Equal(403, http.Response.StatusCode);
    }

    [Fact]
    public async Task ASVS_16_5_2_an_unavailable_database_blocks_no_answer_and_lost_rows_are_counted_and_logged()
    {
        var dropped = 0L;
        using var meter = new MeterListener();
        meter.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Name == "platform.audit.dropped")
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        meter.SetMeasurementEventCallback<long>((_, value, _, _) => Interlocked.Add(ref dropped, value));
        meter.Start();
        var log = new Errors();
        await using var unavailable = new PlatformDatabase("Host=127.0.0.1;Port=1;Username=nobody;Database=nothing");
        using var trail = await StartAsync(unavailable, log);
        await RefuseAsync(trail, "203.0.113.7");
        await trail.StopAsync(new CancellationToken(canceled: true));
        await Eventually.HoldsAsync(
            () => Interlocked.Read(ref dropped) > 0 && !log.Messages.IsEmpty, TimeSpan.FromSeconds(30), "the loss is logged");
        Assert.Contains("user.sign-in", log.Messages.First(), StringComparison.Ordinal);
        Assert.Empty(await ListAsync());
    }

    [Fact]
    public async Task Pending_rows_are_written_when_the_database_is_back()
    {
        await using var proxy = new FlakyProxy(postgres.Runtime);
        await using var flaky = new PlatformDatabase(proxy.ConnectionString);
        proxy.Down();
        using var trail = await StartAsync(flaky);
        await RefuseAsync(trail, "203.0.113.7");
        Assert.Empty(await ListAsync());
        proxy.Up();
        await Eventually.HoldsAsync(async () => (await ListAsync()).Count == 1, TimeSpan.FromSeconds(60), "the row is written");
        await trail.StopAsync(CancellationToken.None);
        Assert.Single(await ListAsync());
    }

    private async Task<AuditTrail> StartAsync(PlatformDatabase database, ILogger<AuditTrail>? logger = null)
    {
        var trail = new AuditTrail(
            new AuditLog(database), Options.Create(new AuditOptions()), _time, logger ?? NullLogger<AuditTrail>.Instance);
        await trail.StartAsync(CancellationToken.None);
        return trail;
    }

    private Task RefuseAsync(AuditTrail trail, string address) =>
        trail.RefusedAsync(Http(address), _organisation, null, new AuditEvent("user.sign-in", "invalid-credentials"));

    private Task<IReadOnlyList<AuditItem>> ListAsync() =>
        new AuditQueries(_database).ListAsync(_organisation, null, new AuditFilter(), 2_000, CancellationToken.None);

    private static DefaultHttpContext Http(string address, IServiceProvider? services = null) => new()
    {
        Connection = { RemoteIpAddress = IPAddress.Parse(address) },
        RequestServices = services!,
    };

    private sealed class Errors : ILogger<AuditTrail>
    {
        public System.Collections.Concurrent.ConcurrentQueue<string> Messages { get; } = new();

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (logLevel == LogLevel.Error)
            {
                Messages.Enqueue(formatter(state, exception));
            }
        }
    }
}
