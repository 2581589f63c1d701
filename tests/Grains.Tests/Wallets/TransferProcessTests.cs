using Platform.Grains.Tests.Engine.Streams;
using Platform.Grains.Wallets;
using Platform.Wallets;

namespace Platform.Grains.Tests.Wallets;

/// <summary>Transfers whose silo died between the two legs, and refused transfers.</summary>
public sealed class TransferProcessTests(StreamDatabase database) : LeftBehindTests(database)
{
    private readonly Guid _transfer = StreamDatabase.Id();
    private Guid _from;
    private Guid _to;

    [Fact]
    public async Task A_transfer_whose_second_leg_is_refused_is_returned_once()
    {
        await using var cluster = await StreamCluster.StartAsync(Database);
        await BeginAsync(cluster);
        var (from, frozen) = (_from, _to);
        Assert.True((await Wallet(cluster, frozen).FreezeAsync(new Freeze(Context(), "check"))).IsSuccess);
        await LeaveBehindAsync();
        await UntilAsync(from, "transfer-returned", new { relatedId = _transfer });
        Assert.Equal(1000, (await GetAsync(cluster, from)).Balance.Minor);
        Assert.Equal(0, (await GetAsync(cluster, frozen)).Balance.Minor);

        // The refusal is stored: the transfer is not received after the wallet is unfrozen.
        var wallet = Wallet(cluster, frozen);
        Assert.True((await wallet.UnfreezeAsync(new Unfreeze(Context(), "checked"))).IsSuccess);
        var late = await Wallet(cluster, from).FinishTransferAsync(3);
        Assert.Equal("wallet-frozen", late.Error?.Code);
        Assert.Equal(0, (await GetAsync(cluster, frozen)).Balance.Minor);
        Assert.Equal(1000, (await GetAsync(cluster, from)).Balance.Minor);
    }

    [Fact]
    public async Task A_transfer_to_a_wallet_that_does_not_exist_is_refused_and_stays_so()
    {
        await using var cluster = await StreamCluster.StartAsync(Database);
        var (from, nowhere) = (await OpenAsync(cluster, 1000), StreamDatabase.Id());
        var command = new Transfer(Context(), nowhere, new Money(300, Usd), "share", null, null);
        var refused = await Wallet(cluster, from).TransferAsync(command);
        Assert.Equal("wallet-not-found", refused.Error?.Code);
        Assert.True((await Wallet(cluster, nowhere).OpenAsync(new OpenWallet(Context(), Organisation, "USD"))).IsSuccess);

        var again = await Wallet(cluster, from).TransferAsync(command);
        Assert.Equal("wallet-not-found", again.Error?.Code);
        Assert.Equal(1000, (await GetAsync(cluster, from)).Balance.Minor);
        Assert.Equal(0, (await GetAsync(cluster, nowhere)).Balance.Minor);
    }

    [Fact]
    public async Task A_refused_transfer_leaves_no_line_and_its_refusal_stays()
    {
        await using var cluster = await StreamCluster.StartAsync(Database);
        var (from, frozen, child) = (await OpenAsync(cluster, 1000), await OpenAsync(cluster, 0), await OpenAsync(cluster, 0));
        var receiver = Wallet(cluster, frozen);
        Assert.True((await receiver.FreezeAsync(new Freeze(Context(), "check"))).IsSuccess);
        Assert.True((await Wallet(cluster, child).SetBudgetAsync(new SetBudget(Context(), from, new Money(10, Usd)))).IsSuccess);
        var sender = Wallet(cluster, from);
        var command = Of(frozen, 300);
        foreach (var (transfer, code) in new[]
        {
            (command, "wallet-frozen"), (Of(child, 300), "wallet-is-leased"), (Of(StreamDatabase.Id(), 300), "wallet-not-found"),
            (Of(frozen, 1001), "insufficient-funds"),
        })
        {
            Assert.Equal(code, (await sender.TransferAsync(transfer)).Error?.Code);
        }

        Assert.Equal(1L, await Database.ScalarAsync<long>("SELECT count(*) FROM wallet_transaction WHERE org_id = $1", Organisation));
        Assert.True((await receiver.UnfreezeAsync(new Unfreeze(Context(), "checked"))).IsSuccess);
        var again = await sender.TransferAsync(command);
        Assert.Equal(("wallet-frozen", true), (again.Error?.Code, again.Replayed));
        Assert.Equal(1000, (await GetAsync(cluster, from)).Balance.Minor);

        Transfer Of(Guid to, long minor) => new(Context(), to, new Money(minor, Usd), "share", null, null);
    }

    [Fact]
    public async Task Concurrent_transfers_in_all_directions_neither_deadlock_nor_create_or_lose_money()
    {
        await using var cluster = await StreamCluster.StartAsync(Database);
        var wallets = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => OpenAsync(cluster, 500)));
        var results = await Task.WhenAll(Enumerable.Range(0, 300).Select(i => Wallet(cluster, wallets[i % 6])
            .TransferAsync(
                new Transfer(Context(), wallets[(i + 1 + (i / 6 % 5)) % 6], new Money(1 + (i % 90), Usd), "round", null, null))));
        Assert.All(results, result => Assert.True(result.IsSuccess || result.Error.Code == "insufficient-funds", result.Error?.Code));
        Assert.Contains(results, result => result.IsSuccess);
        var balances = await Task.WhenAll(wallets.Select(wallet => GetAsync(cluster, wallet)));
        Assert.Equal(3000, balances.Sum(wallet => wallet.Balance.Minor));
        Assert.All(balances, wallet => Assert.True(wallet.Balance.Minor >= 0));
    }

    protected override async Task BeginAsync(StreamCluster cluster) =>
        (_from, _to) = (await OpenAsync(cluster, 1000), await OpenAsync(cluster, 0));

    // The first leg is version 3, after opening and deposit.
    protected override Task LeaveBehindAsync() => AppendAsync<WalletEvent>("wallet", _from, 3, new TransferredOut
    {
        TransactionId = _transfer, Sequence = 2, Amount = 300, Currency = Usd.Code, BalanceAfter = 700, ToWalletId = _to, Reason = "share",
    });

    protected override async Task CheckFinishedAsync(StreamCluster cluster, bool restarted)
    {
        await UntilAsync(_to, "transferred-in", new { relatedId = _transfer });
        Assert.Equal(300, (await GetAsync(cluster, _to)).Balance.Minor);
        Assert.True(!restarted || (await GetAsync(cluster, _from)).Balance.Minor == 700);
    }
}
