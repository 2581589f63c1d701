using System.Text.Json.Nodes;
using Platform.Testing;

namespace Platform.Api.Tests.Faults;

/// <summary>Checks the invariants over HTTP; <see cref="TableChecks"/> checks the tables.</summary>
internal sealed partial class LoadOracle
{
    private const int Repeated = 60;

    /// <summary>Settles everything and fails if an invariant is violated.</summary>
    public async Task CheckAsync()
    {
        await SettleAsync();
        await RepeatSomeAsync();
        Assert.True(_violations.IsEmpty,
            $"{_violations.Count} unexpected answers: {string.Join(Environment.NewLine, _violations.Take(5))}");

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

    /// <summary>Repeats some requests: the outcome of a key must not change.</summary>
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

        var charges = items.Where(item => item["type"]!.GetValue<string>() == "charge")
            .ToDictionary(item => item["id"]!.GetValue<string>());
        Assert.Equal(accepted.Count, charges.Count);
        foreach (var attempt in accepted)
        {
            var found = charges.GetValueOrDefault(attempt.Verdict!.TransactionId!);
            Assert.True(found is not null, $"An acknowledged charge is missing: {attempt.Verdict}");
            Assert.Equal(
                (attempt.Verdict.Sequence, attempt.Verdict.BalanceAfter, attempt.Cents),
                (Sequence(found), Tenant.Cents(found["balanceAfter"]!), Tenant.Cents(found["amount"]!)));
        }

        Assert.All(items, item => Assert.True(Tenant.Cents(item["balanceAfter"]!) >= 0));
        var view = (await _tenant.GetAsync($"wallets/{account.Id}")).Json;
        Assert.Equal(account.Deposited - accepted.Sum(attempt => attempt.Cents), Tenant.Cents(view["balance"]!));
        Assert.Equal(items.Count + 1, view["version"]!.GetValue<long>());
    }

    /// <summary>Metrics may lag behind, but must finally equal what was charged.</summary>
    private Task CheckSeriesAsync(string metric, long cents) => Eventually.HoldsAsync(
        async () =>
        {
            var series = await _tenant.GetAsync($"metrics/{metric}/series?bucket=hour");
            var sum = series.Json["buckets"]!.AsArray().Sum(bucket => bucket!["value"]?.GetValue<decimal>() ?? 0);
            return sum == cents / 100m ? true : throw new InvalidOperationException($"{metric} is {sum}, not {cents / 100m}");
        },
        TimeSpan.FromSeconds(20), $"{metric} equals the sum of the wallets");

    private async Task CheckOthersAsync()
    {
        Assert.Equal(_bystanderBefore, await SeenByAsync(_bystander, _bystanderWallet));
        Assert.Equal(404, (await _bystander.GetAsync($"wallets/{_accounts[0].Id}")).Status);
        Assert.Equal(404, (await _bystander.ChargeAsync(_accounts[0].Id, 1, Tenant.NewKey())).Status);
    }

    private static long Sequence(JsonNode item) => item["sequence"]!.GetValue<long>();
}
