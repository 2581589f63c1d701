using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Npgsql;
using Orleans.Configuration;
using Orleans.Runtime;
using Orleans.Storage;
using Platform.Grains.Common.Entities;
using Platform.Testing;

namespace Platform.Storage.Tests.Orleans;

/// <summary>Our tables and statements under the providers of Orleans as they run in a silo.</summary>
public sealed class OrleansContractTests(ClusterFixture cluster) : IClassFixture<ClusterFixture>
{
    private static readonly GrainId Reminded = GrainId.Create("reminded", "w:1");

    private IServiceProvider Services => cluster.Silos[0].Services;

    private IGrainStorage Storage => Services.GetRequiredKeyedService<IGrainStorage>(EntityServices.SnapshotStorage);

    private IReminderTable Reminders => Services.GetRequiredService<IReminderTable>();

    private IMembershipTable Membership => Services.GetRequiredService<IMembershipTable>();

    [Fact]
    public async Task The_silo_is_an_active_member_with_its_gateway()
    {
        var address = Services.GetRequiredService<ILocalSiloDetails>().SiloAddress;

        var all = await Membership.ReadAllAsync();
        var row = await Membership.ReadRowAsync(address);

        var (entry, _) = Assert.Single(row.Members);
        Assert.Equal(SiloStatus.Active, entry.Status);
        Assert.True(entry.ProxyPort > 0);
        Assert.Equal(DateTimeKind.Utc, entry.StartTime.Kind);
        Assert.Equal(all.Version.Version, row.Version.Version);
        Assert.Contains(all.Members, member => member.Item1.SiloAddress.Equals(address));
    }

    [Fact]
    public async Task A_membership_change_on_an_old_version_is_refused_and_changes_nothing()
    {
        var before = await Membership.ReadAllAsync();
        var stale = new TableVersion(before.Version.Version, (before.Version.Version - 1).ToString(System.Globalization.CultureInfo.InvariantCulture));

        Assert.False(await Membership.InsertRowAsync(Member(1), stale));

        var after = await Membership.ReadAllAsync();
        Assert.Equal(before.Version.Version, after.Version.Version);
        Assert.Equal(before.Members.Count, after.Members.Count);
    }

    [Fact]
    public async Task Of_many_members_that_join_on_one_version_exactly_one_gets_in()
    {
        var before = await Membership.ReadAllAsync();

        var joined = await Task.WhenAll(Enumerable.Range(10, 8).Select(n => Membership.InsertRowAsync(Member(n), before.Version.Next())));

        Assert.Single(joined, inserted => inserted);
        Assert.Equal(before.Version.Version + 1, (await Membership.ReadAllAsync()).Version.Version);
    }

    [Fact]
    public async Task A_member_is_inserted_once_updated_suspected_and_cleaned_up_when_long_dead()
    {
        var member = Member(2);
        Assert.True(await Membership.InsertRowAsync(member, (await Membership.ReadAllAsync()).Version.Next()));
        Assert.False(await Membership.InsertRowAsync(member, (await Membership.ReadAllAsync()).Version.Next()));

        member.Status = SiloStatus.Dead;
        member.AddSuspector(Member(3).SiloAddress, member.StartTime);
        var current = await Membership.ReadRowAsync(member.SiloAddress);
        Assert.True(await Membership.UpdateRowAsync(member, current.Members[0].Item2, current.Version.Next()));
        var absent = (await Membership.ReadAllAsync()).Version;
        Assert.False(await Membership.UpdateRowAsync(Member(4), absent.VersionEtag, absent.Next()));
        await Membership.UpdateIAmAliveAsync(member);
        var dead = (await Membership.ReadRowAsync(member.SiloAddress)).Members.Single().Item1;
        Assert.Equal(SiloStatus.Dead, dead.Status);
        Assert.Equal(Member(3).SiloAddress, Assert.Single(dead.SuspectTimes!).Item1);
        Assert.Equal(member.IAmAliveTime, dead.IAmAliveTime);

        await Membership.CleanupDefunctSiloEntriesAsync(member.IAmAliveTime.AddMinutes(1));

        Assert.Empty((await Membership.ReadRowAsync(member.SiloAddress)).Members);
        Assert.Contains((await Membership.ReadAllAsync()).Members, m => m.Item1.Status == SiloStatus.Active);
    }

    /// <summary>The row of a silo that was declared dead is what stops its writes, so it must outlast the silo; a joining silo is none.</summary>
    [Theory]
    [InlineData(SiloStatus.Joining, 0, 0)]
    [InlineData(SiloStatus.ShuttingDown, 0, 0)]
    [InlineData(SiloStatus.Dead, 0, 2)]
    [InlineData(SiloStatus.Dead, 2, 0)]
    public async Task The_clean_up_leaves_a_silo_that_is_not_dead_or_was_heard_or_suspected_of_late(SiloStatus status, int heardAfter, int suspectedAfter)
    {
        var member = Member(20 + (int)status + (10 * heardAfter));
        var limit = member.IAmAliveTime.AddMinutes(1);
        await InsertAsync(member);
        member.Status = status;
        member.IAmAliveTime = member.IAmAliveTime.AddMinutes(heardAfter);
        member.AddSuspector(Member(3).SiloAddress, member.StartTime.AddMinutes(suspectedAfter));
        var current = await Membership.ReadRowAsync(member.SiloAddress);
        Assert.True(await Membership.UpdateRowAsync(member, current.Members[0].Item2, current.Version.Next()));

        await Membership.CleanupDefunctSiloEntriesAsync(limit);
        Assert.Single((await Membership.ReadRowAsync(member.SiloAddress)).Members);

        // For the other tests of this cluster.
        await CountAsync($"DELETE FROM orleansmembershiptable WHERE siloname = '{member.SiloName}'");
    }

    /// <summary>The older statement goes by time alone; a build that knows no other uses it.</summary>
    [Fact]
    public async Task The_older_statement_of_the_clean_up_deletes_only_silos_that_ended_unsuspected()
    {
        await InsertAsync(Member(60));
        await InsertAsync(Member(61));
        await CountAsync(
            $"""
            UPDATE orleansmembershiptable SET status = {(int)SiloStatus.Dead} WHERE siloname IN ('silo-60', 'silo-61');
            UPDATE orleansmembershiptable SET suspecttimes = '127.0.0.1:50003@3,2020-01-01 00:00:00.000 GMT' WHERE siloname = 'silo-61';
            """);
        await InsertAsync(Member(62));

        var text = (string)(await CountAsync("SELECT querytext FROM orleansquery WHERE querykey = 'CleanupDefunctSiloEntriesKey'"))!;
        await using (var connection = new NpgsqlConnection(cluster.ConnectionString))
        {
            await connection.OpenAsync();
            await using var command = new NpgsqlCommand(text, connection);
            command.Parameters.AddWithValue("DeploymentId", Services.GetRequiredService<IOptions<ClusterOptions>>().Value.ClusterId);
            command.Parameters.AddWithValue("IAmAliveTime", new DateTime(2021, 1, 1, 0, 0, 0, DateTimeKind.Utc));
            await command.ExecuteNonQueryAsync();
        }

        Assert.Equal("silo-61,silo-62", await CountAsync("SELECT string_agg(siloname, ',' ORDER BY siloname) FROM orleansmembershiptable WHERE siloname ~ '^silo-6[012]$'"));
        await CountAsync("DELETE FROM orleansmembershiptable WHERE siloname ~ '^silo-6[012]$'");
    }

    [Fact]
    public void Probes_do_not_adapt_so_that_a_read_lease_ends_before_its_silo_can_be_declared_dead()
    {
        var membership = Services.GetRequiredService<IOptions<ClusterMembershipOptions>>().Value;

        Assert.Equal([FailureDetection.ProbeTimeout, FailureDetection.ProbeTimeout, FailureDetection.ProbeTimeout],
            [membership.ProbeTimeout, membership.MinProbeTimeout, membership.MaxProbeTimeout]);
        Assert.True(FailureDetection.ReadLease < (membership.NumMissedProbesLimit - 1) * membership.ProbeTimeout);
        Assert.Equal(FailureDetection.Shortest, (membership.NumMissedProbesLimit - 1) * membership.ProbeTimeout);
    }

    [Fact]
    public async Task A_reminder_is_written_read_replaced_and_deleted_by_its_version()
    {
        var start = new DateTime(2030, 1, 1, 12, 0, 0, DateTimeKind.Utc);
        var first = await Reminders.UpsertRow(Reminder("bill", start, TimeSpan.FromHours(1)));
        var second = await Reminders.UpsertRow(Reminder("bill", start, TimeSpan.FromDays(40))); // Longer than an int of milliseconds.
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
    public async Task The_two_ranges_that_share_their_ends_hold_every_reminder_exactly_once()
    {
        var ids = Enumerable.Range(0, 50).Select(n => GrainId.Create("ranged", $"w:{n}")).ToList();
        foreach (var id in ids)
        {
            await Reminders.UpsertRow(new ReminderEntry { GrainId = id, ReminderName = "r", StartAt = new DateTime(2030, 1, 1, 0, 0, 0, DateTimeKind.Utc), Period = TimeSpan.FromHours(1) });
        }

        foreach (var (begin, end) in new (uint, uint)[] { (0, uint.MaxValue / 2), (100, uint.MaxValue - 100), (uint.MaxValue / 4, 3 * (uint.MaxValue / 4)) })
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
    public async Task Of_many_first_writes_at_once_one_wins_and_the_others_are_told()
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
                    return "told";
                }
            }));

            Assert.Single(outcomes, "written");
            Assert.Equal(7, outcomes.Count(outcome => outcome == "told"));
            Assert.Equal("1", (await ReadAsync(id)).ETag);
        }

        Assert.Equal(25L, await CountAsync("SELECT count(*) FROM orleansstorage WHERE grainidextensionstring LIKE 'w:race-%'"));
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
    public async Task The_table_itself_refuses_a_second_row_for_one_key_also_where_the_extension_is_null()
    {
        const string insert =
            """
            INSERT INTO orleansstorage (grainidhash, grainidn0, grainidn1, graintypehash, graintypestring, grainidextensionstring, serviceid, version)
            VALUES (1, 2, 3, 4, 't', NULL, 's', 1)
            """;
        await CountAsync(insert);

        var refused = await Assert.ThrowsAsync<PostgresException>(() => CountAsync(insert));

        Assert.Equal("orleansstorage_once", refused.ConstraintName);
    }

    private async Task InsertAsync(MembershipEntry member) =>
        Assert.True(await Membership.InsertRowAsync(member, (await Membership.ReadAllAsync()).Version.Next()));

    private async Task<GrainState<Kept>> ReadAsync(GrainId id)
    {
        var state = new GrainState<Kept>();
        await Storage.ReadStateAsync("stored", id, state);
        return state;
    }

    private static ReminderEntry Reminder(string name, DateTime start, TimeSpan period) =>
        new() { GrainId = Reminded, ReminderName = name, StartAt = start, Period = period };

    /// <summary>Not active, so that the running silo neither probes it nor declares it dead.</summary>
    private static MembershipEntry Member(int n) => new()
    {
        SiloAddress = SiloAddress.New(new IPEndPoint(IPAddress.Loopback, 50_000 + n), n),
        SiloName = $"silo-{n}",
        HostName = "host",
        Status = SiloStatus.Created,
        ProxyPort = 1,
        StartTime = new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc),
        IAmAliveTime = new DateTime(2020, 1, 1, 0, 0, 1, DateTimeKind.Utc),
    };

    private async Task<object?> CountAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(cluster.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }

    public sealed class Kept
    {
        public string Text { get; set; } = "";
    }
}
