using Platform.Api.Tests.Faults;

namespace Platform.Api.Tests.Wallets;

/// <summary>A charge is made once, however often it is requested.</summary>
internal sealed class ChargeFaults : DomainFaults
{
    private const long Funds = 100_000;
    private const long Each = 30;
    private string _wallet = "";

    public override IReadOnlyList<Kill> Kills =>
    [
        new("wallet", "charged", false, "not charged"),
        new("wallet", "charged", true, "charged"),
    ];

    protected override async Task PrepareAsync(int commands) => _wallet = await Tenant.OpenWalletAsync(Funds);

    public override Task<HttpAnswer> SendAsync(int number, string key, int api) => Tenant.ChargeAsync(_wallet, Each, key, api);

    public override async Task<string> StateAsync() => await Tenant.BalanceAsync(_wallet) == Funds ? "not charged" : "charged";

    public override async Task CheckAsync(IReadOnlyList<HttpAnswer> answers)
    {
        var charges = (await Tenant.TransactionsAsync(_wallet)).Where(moved => moved["type"]!.GetValue<string>() == "charge");
        Assert.Equal(
            answers.Select(answer => answer.Json["id"]!.GetValue<string>()).Order(),
            charges.Select(charge => charge["id"]!.GetValue<string>()).Order());
        Assert.Equal(Funds - (Each * answers.Count), await Tenant.BalanceAsync(_wallet));
    }
}
