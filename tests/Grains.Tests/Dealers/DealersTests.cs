using Platform.Access;
using Platform.Dealers;
using Platform.Grains.Dealers;
using Platform.Silo.Hosting;

namespace Platform.Grains.Tests.Dealers;

/// <summary>The dealer tree and the roles of an organisation on a real cluster and database.</summary>
public sealed class DealersTests(EntityCluster cluster) : IClassFixture<EntityCluster>
{
    [Fact]
    public async Task Parallel_moves_never_make_a_cycle()
    {
        var org = EntityCluster.NewId();
        var ids = new List<Guid>();
        for (var i = 0; i < 12; i++)
        {
            ids.Add(await CreateAsync(org, $"n{i}", i == 0 ? null : ids[i / 2]));
        }

        for (var round = 0; round < 10; round++)
        {
            // Everyone under everyone, so that half of the moves undo what the others allow.
            var moves = Enumerable.Range(0, 48).Select(i => Dealers(org).MoveAsync(
                new MoveDealer(EntityCluster.Context(org), ids[(i + round) % 12], ids[(i * 7 + round * 5) % 12], null)));
            var results = await Task.WhenAll(moves);
            Assert.All(results, result => Assert.True(result.IsSuccess || result.Error.Code == "dealer-cycle", result.Error?.Code));
            Assert.Contains(results, result => result.IsSuccess);
            var nodes = (await TreeAsync(org)).Nodes!.ToDictionary(node => node.Id);
            Assert.All(nodes.Values, node => AssertReachesTop(nodes, node));
        }
    }

    [Fact]
    public async Task Ten_thousand_dealers_are_the_same_after_a_restart_and_a_rebuild_of_their_rows()
    {
        const int Count = 10_000;
        var org = EntityCluster.NewId();
        var ids = new List<Guid>(Count);
        foreach (var some in Enumerable.Range(0, Count).Chunk(500))
        {
            ids.AddRange(await Task.WhenAll(some.Select(i => CreateAsync(org, $"dealer {i}", i < 500 ? null : ids[i / 20], $"c{i}"))));
        }

        Assert.True((await Dealers(org).MoveAsync(new MoveDealer(EntityCluster.Context(org), ids[30], ids[9], null))).IsSuccess);
        Assert.True((await SetAsync(org, ids[31], DealerStatus.Disabled)).IsSuccess);
        var before = await TreeAsync(org);
        Assert.Equal(Count, before.Nodes!.Count);
        Assert.Equal(Count + 2, before.Version);
        Assert.Null((await Dealers(org).GetTreeAsync(before.Version)).Value!.Nodes);

        await cluster.DeactivateAsync(IDealersGrain.KeyOf(org));
        var after = await TreeAsync(org);
        Assert.Equal(before.Version, after.Version);
        Assert.Equal(before.Nodes.OrderBy(node => node.Id), after.Nodes!.OrderBy(node => node.Id));
        Assert.Equal(
            "dealer-code-taken",
            (await Dealers(org).CreateAsync(new CreateDealer(EntityCluster.Context(org), "x", "C77", null))).Error?.Code);
        Assert.Equal(
            "dealer-cycle", (await Dealers(org).MoveAsync(new MoveDealer(EntityCluster.Context(org), ids[9], ids[30], null))).Error?.Code);

        var rows = $"SELECT md5(string_agg(d::text, '|' ORDER BY dealer_id)) FROM dealer d WHERE org_id = '{org}'";
        var written = await cluster.QueryAsync<string>(rows);
        Assert.Equal(Count, await cluster.QueryAsync<long>($"SELECT count(*) FROM dealer WHERE org_id = '{org}'"));
        await cluster.ExecuteAsync($"UPDATE dealer SET parent_id = NULL, version = 1000000 WHERE org_id = '{org}'");
        await RebuildHosting.RebuildReadModelsAsync(cluster.ConnectionString, CancellationToken.None);
        Assert.Equal(written, await cluster.QueryAsync<string>(rows));
    }

    [Fact]
    public async Task A_repeated_operation_makes_one_dealer()
    {
        var org = EntityCluster.NewId();
        var create = new CreateDealer(EntityCluster.Context(org), "once", "c1", null);
        var made = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Dealers(org).CreateAsync(create)));
        Assert.All(made, one => Assert.Equal(made[0].Value!.Id, one.Value!.Id));
        await cluster.DeactivateAsync(IDealersGrain.KeyOf(org));
        var replayed = await Dealers(org).CreateAsync(create);
        Assert.True(replayed.Replayed);
        Assert.Equal(made[0].Value, replayed.Value);
        Assert.Single((await TreeAsync(org)).Nodes!);
    }

    [Fact]
    public async Task What_a_path_says_follows_moves_and_disabling()
    {
        var org = EntityCluster.NewId();
        var top = await CreateAsync(org, "top");
        var other = await CreateAsync(org, "other");
        var leaf = await CreateAsync(org, "leaf", top);
        Assert.True((await Dealers(org).MoveAsync(new MoveDealer(EntityCluster.Context(org), leaf, other, null))).IsSuccess);
        Assert.True((await SetAsync(org, other, DealerStatus.Disabled)).IsSuccess);
        var found = (await Dealers(org).FindAsync(leaf)).Value!;
        Assert.Equal(["other", "leaf"], found.Path.Select(node => node.Name));
        Assert.Equal(DealerStatus.Disabled, found.Path[0].Status);
        Assert.False(DealerTree.Of(await TreeAsync(org)).IsLive(leaf));
        Assert.Equal(ErrorKind.NotFound, (await Dealers(EntityCluster.NewId()).FindAsync(leaf)).Error?.Kind);
    }

    [Fact]
    public async Task Roles_and_retired_codes_are_the_same_after_a_restart()
    {
        var org = EntityCluster.NewId();
        Assert.Equal(5, (await Access(org).SetUpAsync(new SetUpAccess(EntityCluster.Context(org)))).Value!.Created.Count);
        Assert.True((await Access(org).DeleteRoleAsync(new DeleteRole(EntityCluster.Context(org), "sales", null))).IsSuccess);
        Assert.True((
            await Access(org).UpdateRoleAsync(
                new UpdateRole(EntityCluster.Context(org), "finance", null, ["wallets:read"], null))).IsSuccess);
        var before = (await Access(org).GetAsync(null)).Value!;
        await cluster.DeactivateAsync(IAccessGrain.KeyOf(org));
        var after = (await Access(org).GetAsync(null)).Value!;
        Assert.Equal(before.Version, after.Version);
        Assert.Equal(["auditor", "compliance", "finance", "support"], after.CustomRoles!.Select(role => role.Code));
        Assert.Equal(before.CustomRoles!.Select(role => role.Version), after.CustomRoles!.Select(role => role.Version));
        Assert.Null((await Access(org).GetAsync(after.Version)).Value!.CustomRoles);
        Assert.Equal(
            "role-code-retired",
            (await Access(org).CreateRoleAsync(new CreateRole(EntityCluster.Context(org), "sales", "Sales", ["users:read"]))).Error?.Code);
    }

    private IDealersGrain Dealers(Guid org)
    {
        Caller.Set(org);
        return cluster.Client.GetGrain<IDealersGrain>(IDealersGrain.KeyOf(org).ToString());
    }

    private IAccessGrain Access(Guid org)
    {
        Caller.Set(org);
        return cluster.Client.GetGrain<IAccessGrain>(IAccessGrain.KeyOf(org).ToString());
    }

    private async Task<Guid> CreateAsync(Guid org, string name, Guid? parent = null, string? code = null)
    {
        var created = await Dealers(org).CreateAsync(new CreateDealer(EntityCluster.Context(org), name, code, parent));
        Assert.True(created.IsSuccess, created.Error?.Code);
        return created.Value.Id;
    }

    private Task<Result<DealerView>> SetAsync(Guid org, Guid id, DealerStatus status) =>
        Dealers(org).SetStatusAsync(new SetDealerStatus(EntityCluster.Context(org), id, status));

    private async Task<DealerTreeView> TreeAsync(Guid org) => (await Dealers(org).GetTreeAsync(null)).Value!;

    private static void AssertReachesTop(Dictionary<Guid, DealerNode> nodes, DealerNode node)
    {
        var steps = 0;
        for (var at = node; at.ParentId is { } parent; at = nodes[parent])
        {
            Assert.True(++steps < nodes.Count, "the dealers are below each other");
        }
    }
}
