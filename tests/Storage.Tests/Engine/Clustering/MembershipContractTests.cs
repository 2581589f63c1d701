using System.Globalization;
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Npgsql;
using Orleans.Configuration;
using Platform.Grains.Engine.Entities;
using Platform.Testing;

namespace Platform.Storage.Tests.Engine.Clustering;

/// <summary>Our membership table and statements work with Orleans' provider in a running silo.</summary>
public sealed class MembershipContractTests(ClusterFixture cluster) : IClassFixture<ClusterFixture>
{
    private IServiceProvider Services => cluster.Silos[0].Services;

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
        var stale = new TableVersion(
            before.Version.Version, (before.Version.Version - 1).ToString(CultureInfo.InvariantCulture));

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

    /// <summary>The row of a dead silo stops its writes, so it must outlive the silo. A joining silo is not dead.</summary>
    [Theory]
    [InlineData(SiloStatus.Joining, 0, 0)]
    [InlineData(SiloStatus.ShuttingDown, 0, 0)]
    [InlineData(SiloStatus.Dead, 0, 2)]
    [InlineData(SiloStatus.Dead, 2, 0)]
    public async Task The_clean_up_keeps_a_silo_that_is_not_dead_or_was_recently_alive_or_suspected(
        SiloStatus status, int aliveAfter, int suspectedAfter)
    {
        var member = Member(20 + (int)status + (10 * aliveAfter));
        var limit = member.IAmAliveTime.AddMinutes(1);
        await InsertAsync(member);
        member.Status = status;
        member.IAmAliveTime = member.IAmAliveTime.AddMinutes(aliveAfter);
        member.AddSuspector(Member(3).SiloAddress, member.StartTime.AddMinutes(suspectedAfter));
        var current = await Membership.ReadRowAsync(member.SiloAddress);
        Assert.True(await Membership.UpdateRowAsync(member, current.Members[0].Item2, current.Version.Next()));

        await Membership.CleanupDefunctSiloEntriesAsync(limit);
        Assert.Single((await Membership.ReadRowAsync(member.SiloAddress)).Members);

        // Clean up for the other tests of this cluster.
        await SqlAsync($"DELETE FROM orleansmembershiptable WHERE siloname = '{member.SiloName}'");
    }

    /// <summary>The older statement uses only the time. Older builds still use it.</summary>
    [Fact]
    public async Task The_older_statement_of_the_clean_up_deletes_only_silos_that_ended_unsuspected()
    {
        await InsertAsync(Member(60));
        await InsertAsync(Member(61));
        await SqlAsync(
            $"""
            UPDATE orleansmembershiptable SET status = {(int)SiloStatus.Dead} WHERE siloname IN ('silo-60', 'silo-61');
            UPDATE orleansmembershiptable SET suspecttimes = '127.0.0.1:50003@3,2020-01-01 00:00:00.000 GMT' WHERE siloname = 'silo-61';
            """);
        await InsertAsync(Member(62));

        var text = (string)(await SqlAsync("SELECT querytext FROM orleansquery WHERE querykey = 'CleanupDefunctSiloEntriesKey'"))!;
        await using (var connection = new NpgsqlConnection(cluster.ConnectionString))
        {
            await connection.OpenAsync();
            await using var command = new NpgsqlCommand(text, connection);
            command.Parameters.AddWithValue("DeploymentId", Services.GetRequiredService<IOptions<ClusterOptions>>().Value.ClusterId);
            command.Parameters.AddWithValue("IAmAliveTime", new DateTime(2021, 1, 1, 0, 0, 0, DateTimeKind.Utc));
            await command.ExecuteNonQueryAsync();
        }

        const string Left =
            "SELECT string_agg(siloname, ',' ORDER BY siloname) FROM orleansmembershiptable WHERE siloname ~ '^silo-6[012]$'";
        Assert.Equal("silo-61,silo-62", await SqlAsync(Left));
        await SqlAsync("DELETE FROM orleansmembershiptable WHERE siloname ~ '^silo-6[012]$'");
    }

    [Fact]
    public void Probe_timeouts_are_fixed_so_that_a_read_lease_ends_before_its_silo_can_be_declared_dead()
    {
        var membership = Services.GetRequiredService<IOptions<ClusterMembershipOptions>>().Value;

        Assert.Equal([FailureDetection.ProbeTimeout, FailureDetection.ProbeTimeout, FailureDetection.ProbeTimeout],
            [membership.ProbeTimeout, membership.MinProbeTimeout, membership.MaxProbeTimeout]);
        Assert.True(FailureDetection.ReadLease < (membership.NumMissedProbesLimit - 1) * membership.ProbeTimeout);
        Assert.Equal(FailureDetection.Shortest, (membership.NumMissedProbesLimit - 1) * membership.ProbeTimeout);
    }

    private async Task InsertAsync(MembershipEntry member) =>
        Assert.True(await Membership.InsertRowAsync(member, (await Membership.ReadAllAsync()).Version.Next()));

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

    private Task<object?> SqlAsync(string sql) => TestLogins.ScalarAsync(cluster.ConnectionString, sql);
}
