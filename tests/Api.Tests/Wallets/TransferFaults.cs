using System.Text.Json.Nodes;
using Platform.Api.Tests.Faults;

namespace Platform.Api.Tests.Wallets;

/// <summary>Transfers between a few wallets in all directions: each has both legs or none, and no money is created or lost.</summary>
internal sealed class TransferFaults : DomainFaults
{
    private const long Funds = 1_000;
    private string[] _wallets = [];

    public override int Commands => 240;

    public override IReadOnlyList<Kill> Kills =>
    [
        new("wallet", "transferred-out", true, "transferred"),
        new("wallet", "transferred-in", false, "transferred"),
    ];

    protected override async Task PrepareAsync(int commands) =>
        _wallets = await Task.WhenAll(Enumerable.Range(0, Math.Min(8, commands + 1)).Select(_ => Tenant.OpenWalletAsync(Funds)));

    public override Task<HttpAnswer> SendAsync(int number, string key, int api)
    {
        var count = _wallets.Length;
        var to = (number + 1 + (number / count % (count - 1))) % count;
        return Tenant.PostAsync("transfers", new JsonObject
        {
            ["fromWalletId"] = _wallets[number % count],
            ["toWalletId"] = _wallets[to],
            ["amount"] = Tenant.Money(1 + (number % 50)),
            ["reason"] = "round",
        }, key, api);
    }

    public override bool MayBeRefused(HttpAnswer answer) => answer.Code == "insufficient-funds";

    public override async Task<string> StateAsync()
    {
        var balances = await Task.WhenAll(_wallets.Select(Tenant.BalanceAsync));
        return balances.Sum() != Funds * _wallets.Length ? "half" : balances[0] == Funds ? "not transferred" : "transferred";
    }

    public override async Task CheckAsync(IReadOnlyList<HttpAnswer> answers)
    {
        var transactions = (await Task.WhenAll(_wallets.Select(Tenant.TransactionsAsync))).SelectMany(moved => moved);
        var received = transactions.Count(moved => moved["type"]!.GetValue<string>() == "transferIn");
        Assert.Equal(answers.Count(answer => answer.IsAccepted), received);
        Assert.Equal(Funds * _wallets.Length, (await Task.WhenAll(_wallets.Select(Tenant.BalanceAsync))).Sum());
    }
}
