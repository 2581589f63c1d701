using System.Text.Json;
using Platform.Grains.Engine.Entities;
using Platform.Wallets;

namespace Platform.Grains.Tests.Engine.Streams;

/// <summary>
/// Work that a crashed process left unfinished is finished automatically. A domain derives from this class and provides the
/// rows that such a process wrote, and the check for finished work.
/// </summary>
public abstract class LeftBehindTests(StreamDatabase database) : IClassFixture<StreamDatabase>
{
    protected static readonly Currency Usd = Currency.Parse("USD");

    protected StreamDatabase Database { get; } = database;

    protected Guid Organisation { get; } = StreamDatabase.Id();

    [Fact]
    public async Task Work_left_behind_while_a_silo_runs_is_finished_once()
    {
        await using var cluster = await StreamCluster.StartAsync(Database);
        await BeginAsync(cluster);
        await LeaveBehindAsync();
        await CheckFinishedAsync(cluster, restarted: false);
    }

    [Fact]
    public async Task Work_left_behind_before_the_silo_started_is_finished_once()
    {
        await using (var cluster = await StreamCluster.StartAsync(Database))
        {
            await BeginAsync(cluster);
        }

        await LeaveBehindAsync();
        await using var again = await StreamCluster.StartAsync(Database);
        await CheckFinishedAsync(again, restarted: true);
    }

    /// <summary>Creates what the rows depend on.</summary>
    protected abstract Task BeginAsync(StreamCluster cluster);

    /// <summary>Writes the rows that a silo wrote before it died.</summary>
    protected abstract Task LeaveBehindAsync();

    /// <summary>
    /// Waits until the work is finished and fails unless it was done once. A silo that was not restarted may have the entity in memory
    /// without the rows that the test wrote directly.
    /// </summary>
    protected abstract Task CheckFinishedAsync(StreamCluster cluster, bool restarted);

    protected async Task<Guid> OpenAsync(StreamCluster cluster, long minor)
    {
        var id = StreamDatabase.Id();
        var grain = Wallet(cluster, id);
        Assert.True((await grain.OpenAsync(new OpenWallet(Context(), Organisation, Usd.Code))).IsSuccess);
        if (minor > 0)
        {
            Assert.True((await grain.DepositAsync(new Deposit(Context(), new Money(minor, Usd), "start", null))).IsSuccess);
        }

        return id;
    }

    protected IWalletGrain Wallet(StreamCluster cluster, Guid id) => cluster.Grain<IWalletGrain>(Organisation, id);

    /// <summary>The wallet with all that its journal holds: rows are there an instant before the silo that wrote them knows.</summary>
    protected async Task<WalletView> GetAsync(StreamCluster cluster, Guid wallet)
    {
        const string Newest = "SELECT max(version) FROM journal WHERE org_id = $1 AND entity_id = $2";
        var version = await Database.ScalarAsync<long>(Newest, Organisation, wallet);
        WalletView view = null!;
        await StreamDatabase.UntilAsync(async () => (view = (await Wallet(cluster, wallet).GetAsync()).Value!).Version >= version);
        return view;
    }

    protected Task AppendAsync<TEvent>(string type, Guid entity, long version, TEvent @event, DateTimeOffset? at = null) =>
        Database.AppendAsync(Organisation, type, JsonSerializer.Serialize<TEvent[]>([@event], JournalJson.Options), entity, version, at);

    /// <summary>Waits for the event of this type with these members, and fails if the entity has it twice.</summary>
    protected async Task UntilAsync(Guid entity, string type, object? members = null)
    {
        const string Query = "SELECT count(*) FROM journal WHERE org_id = $1 AND entity_id = $2 AND events::jsonb @> $3::jsonb";
        var wanted = JsonSerializer.SerializeToNode(members ?? new { })!.AsObject();
        wanted["$type"] = type;
        var events = $"[{wanted.ToJsonString()}]";
        await StreamDatabase.UntilAsync(async () => await Database.ScalarAsync<long>(Query, Organisation, entity, events) > 0, seconds: 60);
        Assert.Equal(1, await Database.ScalarAsync<long>(Query, Organisation, entity, events));
    }

    protected CommandContext Context() => new(Organisation, Organisation, OperationId.Fresh(TimeProvider.System));
}
