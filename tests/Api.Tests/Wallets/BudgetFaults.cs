using System.Text.Json.Nodes;
using Platform.Api.Tests.Faults;
using Platform.Testing;

namespace Platform.Api.Tests.Wallets;

/// <summary>Sub-users spend on budgets until the money is used up. The parent must then have paid each charge exactly once.</summary>
internal sealed class BudgetFaults : DomainFaults
{
    private const long Funds = 3_000;
    private string _parent = "";
    private string[] _children = [];

    public override int Commands => 400;

    public override IReadOnlyList<Kill> Kills =>
    [
        new("wallet", "leased-out", true, "not charged"),
        new("wallet", "leased-in", false, "not charged"),
        new("wallet", "charged", true, "charged"),
    ];

    protected override async Task PrepareAsync(int commands)
    {
        _parent = await Tenant.OpenWalletAsync(Funds);
        _children = await Task.WhenAll(Enumerable.Range(0, Math.Min(4, commands)).Select(_ => ChildAsync()));
    }

    public override Task<HttpAnswer> SendAsync(int number, string key, int api) =>
        Tenant.ChargeAsync(_children[number % _children.Length], Cents(number), key, api);

    public override bool MayBeRefused(HttpAnswer answer) => answer.Code == "insufficient-funds";

    public override async Task<string> StateAsync() => await Tenant.BalanceAsync(_parent) == Funds ? "not charged" : "charged";

    public override async Task CheckAsync(IReadOnlyList<HttpAnswer> answers)
    {
        var spent = answers.Select((answer, number) => answer.IsAccepted ? Cents(number) : 0).Sum();
        Assert.InRange(spent, Math.Min(Funds - 500, answers.Select((_, number) => Cents(number)).Sum()), Funds);
        foreach (var child in _children)
        {
            var ended = await AskAgainAsync(() => Tenant.SendAsync(HttpMethod.Delete, $"wallets/{child}/budget", null, null, 0));
            Assert.True(ended.Status == 200, ended.Body);
        }

        var view = await ParentAsync();
        await Eventually.HoldsAsync(
            async () => Tenant.Cents((view = await ParentAsync())["leased"]!) == 0, TimeSpan.FromSeconds(30), "every lease is returned");
        Assert.Equal((Funds - spent, Funds - spent), (Tenant.Cents(view["balance"]!), Tenant.Cents(view["available"]!)));
        Assert.Equal(0, await BookedAsync("9, 10"));
        Assert.Equal(spent, await BookedAsync("4"));
    }

    private async Task<JsonNode> ParentAsync() => (await Tenant.GetAsync($"wallets/{_parent}")).Json;

    private Task<long> BookedAsync(string accounts)
    {
        var wallets = string.Join(',', _children.Append(_parent));
        return TableChecks.ScalarAsync<long>(
            ConnectionString,
            $"SELECT coalesce(sum(amount), 0)::bigint FROM ledger_entry " +
            $"WHERE wallet_id = ANY ('{{{wallets}}}') AND account IN ({accounts})");
    }

    private static long Cents(int number) => 1 + (number % 20);

    private async Task<string> ChildAsync()
    {
        var child = (await Tenant.PostAsync("wallets", new JsonObject(), Tenant.NewKey())).Json["id"]!.GetValue<string>();
        var budget = new JsonObject { ["parentWalletId"] = _parent, ["slice"] = Tenant.Money(100) };
        var set = await Tenant.SendAsync(HttpMethod.Put, $"wallets/{child}/budget", budget.ToJsonString(), null, 0);
        Assert.True(set.Status == 200, set.Body);
        return child;
    }
}
