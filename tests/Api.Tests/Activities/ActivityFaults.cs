using System.Text.Json.Nodes;
using Platform.Api.Tests.Faults;

namespace Platform.Api.Tests.Activities;

/// <summary>Completed activities are charged exactly once, others not at all, and nothing stays held.</summary>
internal abstract class ActivityFaults : DomainFaults
{
    private const long Funds = 1_000_000;
    private string _wallet = "";

    /// <summary>The status of an activity whose command was accepted.</summary>
    protected virtual string End => "completed";

    protected override async Task PrepareAsync(int commands)
    {
        _wallet = (await Tenant.GetAsync("wallets")).Json["items"]![0]!["id"]!.GetValue<string>();
        await Tenant.DepositAsync(_wallet, Funds);
    }

    public override async Task<string> StateAsync()
    {
        var activity = Assert.Single(await ActivitiesAsync());
        var held = Tenant.Cents((await WalletAsync())["held"]!);
        return $"{activity["status"]}{(held == 0 ? "" : " with a hold")}";
    }

    public override async Task CheckAsync(IReadOnlyList<HttpAnswer> answers)
    {
        var activities = await ActivitiesAsync();
        Assert.Equal(answers.Count(answer => answer.IsAccepted), activities.Count(activity => Text(activity, "status") == End));
        var completed = activities.Where(activity => Text(activity, "status") == "completed").ToList();
        var charges = (await Tenant.TransactionsAsync(_wallet)).Where(moved => Text(moved, "type") is "charge" or "capture").ToList();
        Assert.Equal(
            completed.Select(activity => Tenant.Cents(activity["cost"]!)).Order(),
            charges.Select(charge => Tenant.Cents(charge["amount"]!)).Order());
        var wallet = await WalletAsync();
        Assert.Equal(Funds - charges.Sum(charge => Tenant.Cents(charge["amount"]!)), Tenant.Cents(wallet["balance"]!));
        Assert.Equal(0, Tenant.Cents(wallet["held"]!));
    }

    private static string Text(JsonNode json, string name) => json[name]!.GetValue<string>();

    private async Task<IReadOnlyList<JsonNode>> ActivitiesAsync() =>
        [.. (await Tenant.GetAsync("activities?limit=200")).Json["items"]!.AsArray().Select(item => item!)];

    private async Task<JsonNode> WalletAsync() => (await Tenant.GetAsync($"wallets/{_wallet}")).Json;
}

/// <summary>Activities that are charged at once.</summary>
internal sealed class PerformFaults : ActivityFaults
{
    public override IReadOnlyList<Kill> Kills =>
    [
        new("activity", "requested", true, "completed"),
        new("activity-meter", "taken", true, "completed"),
        new("wallet", "charged", false, "completed"),
        new("wallet", "charged", true, "completed"),
        new("activity", "completed", false, "completed"),
    ];

    public override Task<HttpAnswer> SendAsync(int number, string key, int api) =>
        Tenant.PostAsync("activities", new JsonObject { ["type"] = "form-download", ["quantity"] = 3 }, key, api);
}

/// <summary>Activities whose cost is held while the platform does the work.</summary>
internal sealed class ReportFaults : ActivityFaults
{
    public override IReadOnlyList<Kill> Kills =>
    [
        new("activity-meter", "taken", false, "expired"),
        new("wallet", "held", true, "expired"),
        new("activity", "authorised", true, "expired"),
        // Depends on whether the hold expires before it is captured after the restart.
        new("activity", "closing", true, "completed", "expired"),
        new("wallet", "captured", true, "completed"),
        new("activity", "completed", false, "completed"),
    ];

    // A repeated request waits for the first one if that still runs.
    public override bool TellsRepetitions => false;

    public override Task<HttpAnswer> SendAsync(int number, string key, int api) => Tenant.PostAsync(
        "activities/usage-report", new JsonObject { ["from"] = "2026-01-01T00:00:00Z", ["to"] = "2026-12-31T00:00:00Z" }, key, api);
}

/// <summary>Authorised activities that are cancelled.</summary>
internal sealed class CancelFaults : ActivityFaults
{
    private string[] _authorised = [];

    public override IReadOnlyList<Kill> Kills =>
    [
        new("activity", "closing", true, "cancelled"),
        new("wallet", "released", true, "cancelled"),
        new("activity-meter", "given-back", true, "cancelled"),
    ];

    protected override string End => "cancelled";

    protected override async Task PrepareAsync(int commands)
    {
        await base.PrepareAsync(commands);
        _authorised = await Task.WhenAll(Enumerable.Range(0, commands).Select(_ => AuthoriseAsync()));
    }

    public override Task<HttpAnswer> SendAsync(int number, string key, int api) =>
        Tenant.PostAsync($"activities/{_authorised[number]}/cancel", new JsonObject(), key, api);

    private async Task<string> AuthoriseAsync()
    {
        var activity = new JsonObject { ["type"] = "form-download", ["quantity"] = 3, ["expiresIn"] = 3600 };
        var authorised = await Tenant.PostAsync("activities/authorisations", activity, Tenant.NewKey());
        Assert.True(authorised.Status == 201, authorised.Body);
        return authorised.Json["id"]!.GetValue<string>();
    }
}
