using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Orleans.Storage;
using Platform.Grains.Engine.Entities;
using Platform.Testing;

namespace Platform.Storage.Tests.Engine.Clustering;

/// <summary>Our tables and statements work with Orleans' providers in a running silo.</summary>
public sealed class OrleansContractTests(ClusterFixture cluster) : IClassFixture<ClusterFixture>
{
    private static readonly GrainId Reminded = GrainId.Create("reminded", "w:1");

    private IServiceProvider Services => cluster.Silos[0].Services;

    private IGrainStorage Storage => Services.GetRequiredKeyedService<IGrainStorage>(EntityServices.SnapshotStorage);

    private IReminderTable Reminders => Services.GetRequiredService<IReminderTable>();

    [Fact]
    public async Task A_reminder_is_written_read_replaced_and_deleted_by_its_version()
    {
        var start = new DateTime(2030, 1, 1, 12, 0, 0, DateTimeKind.Utc);
        var first = await Reminders.UpsertRow(Reminder("bill", start, TimeSpan.FromHours(1)));
        var second = await Reminders.UpsertRow(Reminder("bill", start, TimeSpan.FromDays(40))); // More milliseconds than an int can hold.
        await Reminders.UpsertRow(Reminder("dun", start, TimeSpan.FromHours(2)));

        var read = (await Reminders.ReadRow(Reminded, "bill"))!;
        Assert.NotEqual(first, second);
        Assert.Equal(second, read.ETag);
        Assert.Equal(start, read.StartAt);
        Assert.Equal(TimeSpan.FromDays(40), read.Period);
        Assert.Equal(["bill", "dun"], (await Reminders.ReadRows(Reminded)).Reminders.Select(r => r.ReminderName).Order());

        Assert.False(await Reminders.RemoveRow(Reminded, "bill", first!));
        Assert.True(await Reminders.RemoveRow(Reminded, "bill", second!));
        Assert.False(await Reminders.RemoveRow(Reminded, "bill", second!));
        Assert.Null(await Reminders.ReadRow(Reminded, "bill"));
        Assert.True(await Reminders.RemoveRow(Reminded, "dun", (await Reminders.ReadRow(Reminded, "dun"))!.ETag!));
    }

    [Fact]
    public async Task A_range_and_its_complement_together_contain_every_reminder_exactly_once()
    {
        var ids = Enumerable.Range(0, 50).Select(n => GrainId.Create("ranged", $"w:{n}")).ToList();
        foreach (var id in ids)
        {
            await Reminders.UpsertRow(new ReminderEntry
            {
                GrainId = id,
                ReminderName = "r",
                StartAt = new DateTime(2030, 1, 1, 0, 0, 0, DateTimeKind.Utc),
                Period = TimeSpan.FromHours(1),
            });
        }

        (uint, uint)[] ranges = [(0, uint.MaxValue / 2), (100, uint.MaxValue - 100), (uint.MaxValue / 4, 3 * (uint.MaxValue / 4))];
        foreach (var (begin, end) in ranges)
        {
            var within = (await Reminders.ReadRows(begin, end)).Reminders.Select(r => r.GrainId).Where(ids.Contains).ToList();
            var around = (await Reminders.ReadRows(end, begin)).Reminders.Select(r => r.GrainId).Where(ids.Contains).ToList();

            Assert.All(within, id => Assert.True(id.GetUniformHashCode() > begin && id.GetUniformHashCode() <= end));
            Assert.Equal(ids.Order(), within.Concat(around).Order());
        }
    }

    [Fact]
    public async Task State_is_written_read_and_cleared()
    {
        var id = GrainId.Create("stored", "w:round");
        var state = new GrainState<Kept>(new Kept { Text = "één" });
        await Storage.WriteStateAsync("stored", id, state);
        state.State = new Kept { Text = "two" };
        await Storage.WriteStateAsync("stored", id, state);

        var read = await ReadAsync(id);
        Assert.Equal("two", read.State!.Text);
        Assert.Equal("2", read.ETag);
        Assert.True(read.RecordExists);

        await Storage.ClearStateAsync("stored", id, read);
        var cleared = await ReadAsync(id);
        Assert.False(cleared.RecordExists);
        Assert.Null(cleared.ETag);

        cleared.State = new Kept { Text = "again" };
        await Storage.WriteStateAsync("stored", id, cleared);
        Assert.Equal("again", (await ReadAsync(id)).State!.Text);
    }

    [Fact]
    public async Task Of_many_concurrent_first_writes_one_wins_and_the_others_fail()
    {
        for (var round = 0; round < 25; round++)
        {
            var id = GrainId.Create("stored", $"w:race-{round}");

            var outcomes = await Task.WhenAll(Enumerable.Range(0, 8).Select(async n =>
            {
                try
                {
                    await Storage.WriteStateAsync("stored", id, new GrainState<Kept>(new Kept { Text = $"{n}" }));
                    return "written";
                }
                catch (InconsistentStateException)
                {
                    return "failed";
                }
            }));

            Assert.Single(outcomes, "written");
            Assert.Equal(7, outcomes.Count(outcome => outcome == "failed"));
            Assert.Equal("1", (await ReadAsync(id)).ETag);
        }

        Assert.Equal(25L, await SqlAsync("SELECT count(*) FROM orleansstorage WHERE grainidextensionstring LIKE 'w:race-%'"));
    }

    [Fact]
    public async Task A_write_and_a_clear_on_an_old_version_are_refused_and_change_nothing()
    {
        var id = GrainId.Create("stored", "w:stale");
        await Storage.WriteStateAsync("stored", id, new GrainState<Kept>(new Kept { Text = "first" }));
        var stale = await ReadAsync(id);
        var winner = await ReadAsync(id);
        winner.State = new Kept { Text = "winner" };
        await Storage.WriteStateAsync("stored", id, winner);

        stale.State = new Kept { Text = "loser" };
        await Assert.ThrowsAsync<InconsistentStateException>(() => Storage.WriteStateAsync("stored", id, stale));
        await Assert.ThrowsAsync<InconsistentStateException>(() => Storage.ClearStateAsync("stored", id, stale));

        Assert.Equal("winner", (await ReadAsync(id)).State!.Text);
    }

    [Fact]
    public async Task The_table_refuses_a_second_row_for_one_key_even_if_the_extension_is_null()
    {
        const string insert =
            """
            INSERT INTO orleansstorage
                (grainidhash, grainidn0, grainidn1, graintypehash, graintypestring, grainidextensionstring, serviceid, version)
            VALUES (1, 2, 3, 4, 't', NULL, 's', 1)
            """;
        await SqlAsync(insert);

        var refused = await Assert.ThrowsAsync<PostgresException>(() => SqlAsync(insert));

        Assert.Equal("orleansstorage_once", refused.ConstraintName);
    }

    private async Task<GrainState<Kept>> ReadAsync(GrainId id)
    {
        var state = new GrainState<Kept>();
        await Storage.ReadStateAsync("stored", id, state);
        return state;
    }

    private static ReminderEntry Reminder(string name, DateTime start, TimeSpan period) =>
        new() { GrainId = Reminded, ReminderName = name, StartAt = start, Period = period };

    private Task<object?> SqlAsync(string sql) => TestLogins.ScalarAsync(cluster.ConnectionString, sql);

    public sealed class Kept
    {
        public string Text { get; set; } = "";
    }
}
