using System.Text.Json.Nodes;
using Platform.Api.Tests.Faults;

namespace Platform.Api.Tests.Dealers;

/// <summary>New dealers, all in the one entity that has the tree of the organisation.</summary>
internal sealed class DealerFaults : DomainFaults
{
    public override IReadOnlyList<Kill> Kills => [new("dealers", "created", true, "created")];

    protected override Task PrepareAsync(int commands) => Task.CompletedTask;

    public override Task<HttpAnswer> SendAsync(int number, string key, int api) =>
        Tenant.PostAsync("dealers", new JsonObject { ["name"] = $"Dealer {number}", ["code"] = $"d{number}" }, key, api);

    public override async Task<string> StateAsync() => (await IdsAsync()).Length == 1 ? "created" : "not created";

    public override async Task CheckAsync(IReadOnlyList<HttpAnswer> answers) =>
        Assert.Equal(answers.Select(answer => answer.Json["id"]!.GetValue<string>()).Order(), (await IdsAsync()).Order());

    private async Task<string[]> IdsAsync() =>
        [.. (await Tenant.GetAsync("dealers?limit=200")).Json["items"]!.AsArray().Select(dealer => dealer!["id"]!.GetValue<string>())];
}
