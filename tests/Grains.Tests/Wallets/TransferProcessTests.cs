using System.Text.Json;
using Platform.Grains.Engine.Entities;
using Platform.Grains.Wallets;
using Platform.Wallets;

namespace Platform.Grains.Tests.Wallets;

/// <summary>What a process that dies between two steps of a transfer leaves behind, and that it is finished without anyone asking.</summary>
[Collection(StreamCollection.Name)]
public sealed class TransferProcessTests(StreamDatabase database)
{
    private static readonly Currency Usd = Currency.Parse("USD");

    private readonly Guid _organisation = StreamDatabase.Id();

    [Fact]
    public async Task A_transfer_whose_second_leg_was_never_sent_is_received_once()
    {
        await using var cluster = await StreamCluster.StartAsync(database);
        var (from, to) = (await OpenAsync(cluster, 1000), await OpenAsync(cluster, 0));

        var transfer = await LeaveBehindAsync(from, to, 300);

        await UntilAsync(transfer, "transferred-in");
        Assert.Equal(300, (await GetAsync(cluster, to)).Balance.Minor);
    }

    [Fact]
    public async Task A_transfer_left_behind_before_the_silo_came_up_is_finished_all_the_same()
    {
        Guid from, to;
        await using (var cluster = await StreamCluster.StartAsync(database))
        {
            (from, to) = (await OpenAsync(cluster, 1000), await OpenAsync(cluster, 0));
        }

        var transfer = await LeaveBehindAsync(from, to, 300);
        await using var again = await StreamCluster.StartAsync(database);
        await UntilAsync(transfer, "transferred-in");
        Assert.Equal(700, (await GetAsync(again, from)).Balance.Minor);
        Assert.Equal(300, (await GetAsync(again, to)).Balance.Minor);
    }

    [Fact]
    public async Task A_transfer_whose_second_leg_is_refused_comes_back_once()
    {
        await using var cluster = await StreamCluster.StartAsync(database);
        var (from, frozen) = (await OpenAsync(cluster, 1000), await OpenAsync(cluster, 0));
        Assert.True((await cluster.Grain<IWalletGrain>(_organisation, frozen).FreezeAsync(new Freeze(Context(), "check"))).IsSuccess);

        var transfer = await LeaveBehindAsync(from, frozen, 300);

        await UntilAsync(transfer, "transfer-returned");
        Assert.Equal(1000, (await GetAsync(cluster, from)).Balance.Minor);
        Assert.Equal(0, (await GetAsync(cluster, frozen)).Balance.Minor);

        // The refusal is remembered: the transfer is not received when the wallet is active again.
        var wallet = cluster.Grain<IWalletGrain>(_organisation, frozen);
        Assert.True((await wallet.UnfreezeAsync(new Unfreeze(Context(), "checked"))).IsSuccess);
        var late = await cluster.Grain<IWalletGrain>(_organisation, from).FinishTransferAsync(3);
        Assert.Equal("wallet-frozen", late.Error?.Code);
        Assert.Equal(0, (await GetAsync(cluster, frozen)).Balance.Minor);
        Assert.Equal(1000, (await GetAsync(cluster, from)).Balance.Minor);
    }

    [Fact]
    public async Task A_transfer_to_a_wallet_that_does_not_exist_is_refused_and_stays_so()
    {
        await using var cluster = await StreamCluster.StartAsync(database);
        var (from, nowhere) = (await OpenAsync(cluster, 1000), StreamDatabase.Id());
        var command = new Transfer(Context(), nowhere, new Money(300, Usd), "share", null, null);
        var refused = await cluster.Grain<IWalletGrain>(_organisation, from).TransferAsync(command);
        Assert.Equal("wallet-not-found", refused.Error?.Code);
        Assert.True((await cluster.Grain<IWalletGrain>(_organisation, nowhere).OpenAsync(new OpenWallet(Context(), _organisation, "USD"))).IsSuccess);

        var again = await cluster.Grain<IWalletGrain>(_organisation, from).TransferAsync(command);
        Assert.Equal("wallet-not-found", again.Error?.Code);
        Assert.Equal(1000, (await GetAsync(cluster, from)).Balance.Minor);
        Assert.Equal(0, (await GetAsync(cluster, nowhere)).Balance.Minor);
    }

    [Fact]
    public async Task A_refused_transfer_leaves_no_line_and_its_refusal_stays()
    {
        await using var cluster = await StreamCluster.StartAsync(database);
        var (from, frozen, child) = (await OpenAsync(cluster, 1000), await OpenAsync(cluster, 0), await OpenAsync(cluster, 0));
        var receiver = cluster.Grain<IWalletGrain>(_organisation, frozen);
        Assert.True((await receiver.FreezeAsync(new Freeze(Context(), "check"))).IsSuccess);
        Assert.True((await cluster.Grain<IWalletGrain>(_organisation, child).SetBudgetAsync(new SetBudget(Context(), from, new Money(10, Usd)))).IsSuccess);
        var sender = cluster.Grain<IWalletGrain>(_organisation, from);
        var command = Of(frozen, 300);
        foreach (var (transfer, code) in new[]
        {
            (command, "wallet-frozen"), (Of(child, 300), "wallet-is-leased"), (Of(StreamDatabase.Id(), 300), "wallet-not-found"), (Of(frozen, 1001), "insufficient-funds"),
        })
        {
            Assert.Equal(code, (await sender.TransferAsync(transfer)).Error?.Code);
        }

        Assert.Equal(1L, await database.ScalarAsync<long>("SELECT count(*) FROM wallet_transaction WHERE org_id = $1", _organisation));
        Assert.True((await receiver.UnfreezeAsync(new Unfreeze(Context(), "checked"))).IsSuccess);
        var again = await sender.TransferAsync(command);
        Assert.Equal(("wallet-frozen", true), (again.Error?.Code, again.Replayed));
        Assert.Equal(1000, (await GetAsync(cluster, from)).Balance.Minor);

        Transfer Of(Guid to, long minor) => new(Context(), to, new Money(minor, Usd), "share", null, null);
    }

    [Fact]
    public async Task Transfers_in_all_directions_at_once_neither_lock_each_other_nor_make_or_lose_money()
    {
        await using var cluster = await StreamCluster.StartAsync(database);
        var wallets = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => OpenAsync(cluster, 500)));
        var results = await Task.WhenAll(Enumerable.Range(0, 300).Select(i => cluster.Grain<IWalletGrain>(_organisation, wallets[i % 6])
            .TransferAsync(new Transfer(Context(), wallets[(i + 1 + (i / 6 % 5)) % 6], new Money(1 + (i % 90), Usd), "round", null, null))));
        Assert.All(results, result => Assert.True(result.IsSuccess || result.Error.Code == "insufficient-funds", result.Error?.Code));
        Assert.Contains(results, result => result.IsSuccess);
        var balances = await Task.WhenAll(wallets.Select(wallet => GetAsync(cluster, wallet)));
        Assert.Equal(3000, balances.Sum(wallet => wallet.Balance.Minor));
        Assert.All(balances, wallet => Assert.True(wallet.Balance.Minor >= 0));
    }

    private static async Task<WalletView> GetAsync(StreamCluster cluster, Guid organisation, Guid wallet) =>
        (await cluster.Grain<IWalletGrain>(organisation, wallet).GetAsync()).Value!;

    private Task<WalletView> GetAsync(StreamCluster cluster, Guid wallet) => GetAsync(cluster, _organisation, wallet);

    private async Task<Guid> OpenAsync(StreamCluster cluster, long minor)
    {
        var id = StreamDatabase.Id();
        var grain = cluster.Grain<IWalletGrain>(_organisation, id);
        Assert.True((await grain.OpenAsync(new OpenWallet(Context(), _organisation, Usd.Code))).IsSuccess);
        if (minor > 0)
        {
            Assert.True((await grain.DepositAsync(new Deposit(Context(), new Money(minor, Usd), "start", null))).IsSuccess);
        }

        return id;
    }

    // The row of the first leg, as a silo writes it that then dies: version 3, after opening and deposit.
    private async Task<Guid> LeaveBehindAsync(Guid from, Guid to, long minor)
    {
        var transfer = StreamDatabase.Id();
        WalletEvent[] events =
        [
            new TransferredOut { TransactionId = transfer, Sequence = 2, Amount = minor, Currency = Usd.Code, BalanceAfter = 1000 - minor, ToWalletId = to, Reason = "share" },
        ];
        await database.AppendAsync(_organisation, "wallet", JsonSerializer.Serialize(events, JournalJson.Options), from, version: 3);
        return transfer;
    }

    private async Task UntilAsync(Guid transfer, string end)
    {
        var query = $$"""SELECT count(*) FROM journal WHERE org_id = $1 AND events::jsonb @> '[{"$type":"{{end}}","relatedId":"{{transfer}}"}]'""";
        await StreamDatabase.UntilAsync(async () => await database.ScalarAsync<long>(query, _organisation) > 0, seconds: 30);
        Assert.Equal(1, await database.ScalarAsync<long>(query, _organisation));
    }

    private CommandContext Context() => new(_organisation, _organisation, OperationId.Fresh(TimeProvider.System));
}
