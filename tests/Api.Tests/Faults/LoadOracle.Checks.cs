using System.Text.Json.Nodes;
using Platform.Testing;

namespace Platform.Api.Tests.Faults;

/// <summary>What is always true, asked over HTTP; <see cref="TableChecks"/> asks the tables.</summary>
internal sealed partial class LoadOracle
{
    private const int Repeated = 60;

    /// <summary>Settles everything and fails where a promise was broken.</summary>
    public async Task CheckAsync()
    {
        await SettleAsync();
        await RepeatSomeAsync();
        Assert.True(_surprises.IsEmpty, $"{_surprises.Count} surprises: {string.Join(Environment.NewLine, _surprises.Take(5))}");

        var byWallet = _attempts.Where(attempt => attempt.Verdict!.IsAccepted).ToLookup(attempt => attempt.Wallet);
        foreach (var account in _accounts)
        {
            await CheckWalletAsync(account, [.. byWallet[account]]);
        }

        Assert.Contains(_attempts, attempt => !attempt.Verdict!.IsAccepted);
        var charged = byWallet.Sum(group => group.Sum(attempt => attempt.Cents));
        await CheckSeriesAsync("wallet.charges", charged);
        await CheckSeriesAsync("wallet.deposits", _accounts.Sum(account => account.Deposited));
        await CheckOthersAsync();
        await TableChecks.CheckAsync(_connectionString);
    }

    /// <summary>A key that has its outcome keeps it.</summary>
    private Task RepeatSomeAsync()
    {
        var all = _attempts.ToArray();
        var some = Enumerable.Range(0, Math.Min(Repeated, all.Length)).Select(i => all[i * all.Length / Repeated]);
        return Parallel.ForEachAsync(some, async (attempt, _) => await ChargeAsync(attempt, 0));
    }

    private async Task CheckWalletAsync(LoadedWallet account, IReadOnlyList<Attempt> accepted)
    {
        var items = await _tenant.TransactionsAsync(account.Id);
        Assert.Equal(Enumerable.Range(1, items.Count).Reverse().Select(n => (long)n), items.Select(Sequence));

        var charges = items.Where(item => item["type"]!.GetValue<string>() == "charge").ToDictionary(item => item["id"]!.GetValue<string>());
        Assert.Equal(accepted.Count, charges.Count);
        foreach (var attempt in accepted)
        {
            var found = charges.GetValueOrDefault(attempt.Verdict!.TransactionId!);
            Assert.True(found is not null, $"An acknowledged charge is not there: {attempt.Verdict}");
            Assert.Equal(
                (attempt.Verdict.Sequence, attempt.Verdict.BalanceAfter, attempt.Cents),
                (Sequence(found), Tenant.Cents(found["balanceAfter"]!), Tenant.Cents(found["amount"]!)));
        }

        Assert.All(items, item => Assert.True(Tenant.Cents(item["balanceAfter"]!) >= 0));
        var view = (await _tenant.GetAsync($"wallets/{account.Id}")).Json;
        Assert.Equal(account.Deposited - accepted.Sum(attempt => attempt.Cents), Tenant.Cents(view["balance"]!));
        Assert.Equal(items.Count + 1, view["version"]!.GetValue<long>());
    }

    /// <summary>The stream may still be on its way; what it counts in the end is what was charged.</summary>
    private Task CheckSeriesAsync(string metric, long cents) => Eventually.HoldsAsync(
        async () =>
        {
            var series = await _tenant.GetAsync($"metrics/{metric}/series?bucket=hour");
            var sum = series.Json["buckets"]!.AsArray().Sum(bucket => bucket!["value"]?.GetValue<decimal>() ?? 0);
            return sum == cents / 100m ? true : throw new InvalidOperationException($"{metric} is {sum}, not {cents / 100m}");
        },
        TimeSpan.FromSeconds(20), $"{metric} counts what the wallets have");

    private async Task CheckOthersAsync()
    {
        Assert.Equal(_bystanderBefore, await SeenByAsync(_bystander, _bystanderWallet));
        Assert.Equal(404, (await _bystander.GetAsync($"wallets/{_accounts[0].Id}")).Status);
        Assert.Equal(404, (await _bystander.ChargeAsync(_accounts[0].Id, 1, Tenant.NewKey())).Status);
    }

    private static long Sequence(JsonNode item) => item["sequence"]!.GetValue<long>();
}
