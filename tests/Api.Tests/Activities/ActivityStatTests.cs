using System.Globalization;
using System.Text.Json.Nodes;
using Npgsql;

namespace Platform.Api.Tests.Activities;

/// <summary>Statistics of activities by user, type and day, limited to what the caller's permission covers.</summary>
[Collection(ApiCollection.Name)]
public sealed class ActivityStatTests(ApiFixture api)
{
    [Fact]
    public async Task Statistics_count_completed_activities_by_type_and_by_user()
    {
        var (owner, user) = await TwoUsersAsync();
        var byType = (await owner.GetAsync("/api/v1/activities/stats?groupBy=type")).Is(200).Json;
        Assert.Equal([("form-download", 1, 1, "1.00"), ("report-generation", 3, 6, "6.00")], Groups(byType));
        Assert.Equal((4, 7, "7.00"), Total(byType));
        var byUser = (await owner.GetAsync("/api/v1/activities/stats?groupBy=user")).Is(200).Json;
        Assert.Equal(
            new[] { (owner.UserId, 3, 5, "5.00"), (user.UserId, 1, 2, "2.00") }.OrderBy(group => group.UserId, StringComparer.Ordinal),
            Groups(byUser));
        Assert.Equal((4, 7, "7.00"), Total(byUser));
    }

    [Fact]
    public async Task A_user_without_organisation_wide_permission_sees_only_their_own()
    {
        var (owner, user) = await TwoUsersAsync();
        Assert.Equal((1, 2, "2.00"), Total((await user.GetAsync("/api/v1/activities/stats?groupBy=user")).Is(200).Json));
        (await user.GetAsync($"/api/v1/activities/stats?userId={owner.UserId}")).IsProblem(403, "forbidden");
        (await user.GetAsync($"/api/v1/users/{owner.UserId}/activity-stats")).IsProblem(403, "forbidden");
        Assert.Equal((1, 2, "2.00"), Total((await user.GetAsync($"/api/v1/users/{user.UserId}/activity-stats")).Is(200).Json));
        Assert.Equal((1, 2, "2.00"), Total((await owner.GetAsync($"/api/v1/users/{user.UserId}/activity-stats")).Is(200).Json));
        (await (await api.RegisterAsync()).GetAsync($"/api/v1/users/{user.UserId}/activity-stats")).IsProblem(404);
    }

    [Fact]
    public async Task Days_follow_the_time_zone_of_the_organisation_or_of_the_query()
    {
        var account = await api.RegisterAsync();
        (await account.SendAsync(HttpMethod.Patch, "/api/v1/organisation", new JsonObject { ["timeZone"] = "America/New_York" })).Is(200);
        (await account.DepositAsync("10")).Is(201);
        await using var database = NpgsqlDataSource.Create(api.ConnectionString);
        // An hour before and after local midnight, across the end of summer time: 1 November has 25 hours.
        foreach (var at in (string[])["2026-11-01T03:30:00Z", "2026-11-01T04:30:00Z", "2026-11-02T04:30:00Z", "2026-11-02T05:30:00Z"])
        {
            var id = (await account.PostAsync("/api/v1/activities", new JsonObject { ["type"] = "form-download" })).Is(201).Text("id");
            await using var move = database.CreateCommand("UPDATE activity SET at = $2 WHERE activity_id = $1");
            move.Parameters.Add(new() { Value = Guid.Parse(id) });
            move.Parameters.Add(new() { Value = DateTimeOffset.Parse(at, CultureInfo.InvariantCulture).UtcDateTime });
            await move.ExecuteNonQueryAsync();
        }

        const string Period = "/api/v1/activities/stats?groupBy=day&from=2026-10-20T00:00:00Z&to=2026-11-10T00:00:00Z";
        var local = (await account.GetAsync(Period)).Is(200).Json;
        Assert.Equal("America/New_York", local["timeZone"]!.GetValue<string>());
        Assert.Equal(
            [("2026-10-31T04:00:00Z", 1), ("2026-11-01T04:00:00Z", 2), ("2026-11-02T05:00:00Z", 1)],
            local["items"]!.AsArray().Select(day => (day!["start"]!.GetValue<string>(), day["count"]!.GetValue<int>())));
        var utc = (await account.GetAsync($"{Period}&timeZone=UTC")).Is(200).Json;
        Assert.Equal([2, 2], utc["items"]!.AsArray().Select(day => day!["count"]!.GetValue<int>()));
        (await account.GetAsync($"{Period}&timeZone=Mars/Olympus")).IsProblem(400);
        (await account.GetAsync("/api/v1/activities/stats?groupBy=moon")).IsProblem(400);
        (await account.GetAsync("/api/v1/activities/stats?from=2026-11-10T00:00:00Z&to=2026-11-10T00:00:00Z")).IsProblem(400);
    }

    private static IEnumerable<(string Key, int Count, int Quantity, string Cost)> Groups(JsonNode stats) => stats["items"]!.AsArray()
        .Select(
            group =>
                (group!["key"]!.GetValue<string>(), group["count"]!.GetValue<int>(), group["quantity"]!.GetValue<int>(), CostOf(group)));

    private static (int Count, int Quantity, string Cost) Total(JsonNode stats) =>
        (stats["total"]!["count"]!.GetValue<int>(), stats["total"]!["quantity"]!.GetValue<int>(), CostOf(stats["total"]!));

    private static string CostOf(JsonNode stat) => Assert.Single(stat["costs"]!.AsArray())!["amount"]!.GetValue<string>();

    private async Task<(Account Owner, Account User)> TwoUsersAsync()
    {
        var owner = await api.RegisterAsync();
        var user = await api.AddUserAsync(owner);
        (await owner.DepositAsync("5")).Is(201);
        (await owner.PostAsync($"{user.Wallet}/deposits", new JsonObject { ["amount"] = Account.Money("10"), ["reference"] = "bank" }))
            .Is(201);
        foreach (var (of, type, quantity) in new[]
        {
            (owner, "report-generation", 1), (owner, "report-generation", 3), (owner, "form-download", 1), (user, "report-generation", 2),
        })
        {
            (await of.PostAsync("/api/v1/activities", new JsonObject { ["type"] = type, ["quantity"] = quantity })).Is(201);
        }

        (await owner.PostAsync("/api/v1/activities", new JsonObject { ["type"] = "form-download" })).IsProblem(409, "insufficient-funds");
        return (owner, user);
    }
}
