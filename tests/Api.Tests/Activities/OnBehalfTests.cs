using System.Text.Json.Nodes;

namespace Platform.Api.Tests.Activities;

/// <summary>Usage that a caller reports on behalf of a user.</summary>
[Collection(ApiCollection.Name)]
public sealed class OnBehalfTests(ApiFixture api)
{
    private const string Activities = "/api/v1/activities";

    [Theory]
    [InlineData("walletId")]
    [InlineData("userId")]
    public async Task A_service_account_reports_usage_that_is_charged_to_a_wallet_and_counted_for_its_owner(string named)
    {
        var (owner, user) = await OrganisationAsync();
        var account = await ServiceAccount.CreateAsync(owner, "activities:perform");
        var body =
            new JsonObject { ["type"] = "form-download", ["quantity"] = 3, [named] = named == "userId" ? user.UserId : user.WalletId };
        var first = (await account.SendAsync(HttpMethod.Post, Activities, body)).Is(201);
        Assert.Equal(
            (account.Id, user.UserId, user.WalletId, "1.00"),
            (first.Text("actorId"), first.Text("userId"), first.Text("walletId"), first.Text("cost", "amount")));
        Assert.Equal(account.Id, (await user.GetAsync(Activities)).Is(200).Json["items"]![0]!["actorId"]!.GetValue<string>());
        Assert.Equal("9.00", await user.BalanceAsync());
        Assert.Equal(account.Id, (await user.HistoryAsync())[0]["actorId"]!.GetValue<string>());

        // Two units are free for each user: the user's are used up, the owner's are not.
        Assert.Equal(
            "1.00", (await user.PostAsync(Activities, new JsonObject { ["type"] = "form-download" })).Is(201).Text("cost", "amount"));
        Assert.Equal(
            "0.00",
            (await owner.PostAsync(Activities, new JsonObject { ["type"] = "form-download", ["quantity"] = 2 })).Is(201)
            .Text("cost", "amount"));

        var authorised = (await account.SendAsync(HttpMethod.Post, $"{Activities}/authorisations", body.DeepClone())).Is(201);
        Assert.Equal(
            (account.Id, user.UserId, "3.00"), (authorised.Text("actorId"), authorised.Text("userId"), authorised.Text("cost", "amount")));
        (await account.SendAsync(HttpMethod.Post, $"{Activities}/{authorised.Text("id")}/complete", new JsonObject { ["quantity"] = 1 }))
            .Is(200);
        Assert.Equal("7.00", await user.BalanceAsync());
    }

    [Fact]
    public async Task A_service_account_must_specify_a_wallet_or_user()
    {
        var account = await ServiceAccount.CreateAsync(await api.RegisterAsync(), "activities:perform");
        (await account.SendAsync(HttpMethod.Post, Activities, new JsonObject { ["type"] = "form-download" })).IsProblem(409, "no-wallet");
    }

    [Fact]
    public async Task A_caller_without_reach_reports_only_their_own_usage()
    {
        var (owner, user) = await OrganisationAsync();
        var stranger = await api.RegisterAsync();
        foreach (var path in new[] { Activities, $"{Activities}/authorisations" })
        {
            foreach (var (named, ownersId, usersId) in new[]
            {
                ("userId", owner.UserId, user.UserId), ("walletId", owner.WalletId, user.WalletId),
            })
            {
                (await user.PostAsync(path, Named(named, ownersId))).IsProblem(403, "forbidden");
                (await user.PostAsync(path, Named(named, usersId))).Is(201);
                (await stranger.PostAsync(path, Named(named, usersId))).IsProblem(404, "not-found");
                (await owner.PostAsync(path, Named(named, usersId))).Is(201);
            }

            var both = Named("userId", user.UserId);
            both["walletId"] = user.WalletId;
            (await owner.PostAsync(path, both)).IsProblem(400, "user-or-wallet");
        }
    }

    [Fact]
    public async Task A_key_is_bound_to_the_user_or_wallet_of_its_first_request()
    {
        var (owner, user) = await OrganisationAsync();
        var first = (await owner.PostAsync(Activities, Named("walletId", user.WalletId), "behalf")).Is(201);
        Assert.Equal(first.Body, (await owner.PostAsync(Activities, Named("walletId", user.WalletId), "behalf")).Is(201).Body);
        foreach (var other in new[]
        {
            Named("walletId", owner.WalletId), Named("userId", user.UserId), Named("userId", owner.UserId),
            new JsonObject { ["type"] = "form-download" },
        })
        {
            (await owner.PostAsync(Activities, other, "behalf")).IsProblem(422, "idempotency-key-reused");
        }
    }

    private static JsonObject Named(string member, string id) => new() { ["type"] = "form-download", [member] = id };

    // Two units of each user's month are free, further ones cost 1.00.
    private async Task<(Account Owner, Account User)> OrganisationAsync()
    {
        var owner = await api.RegisterAsync();
        var user = await api.AddUserAsync(owner);
        (await owner.PostAsync($"{user.Wallet}/deposits", new JsonObject { ["amount"] = Account.Money("10"), ["reference"] = "bank" }))
            .Is(201);
        (await owner.SendAsync(HttpMethod.Put, "/api/v1/activity-types/form-download", new JsonObject
        {
            ["name"] = "Form download", ["unitPrices"] = new JsonArray(Account.Money("1")), ["freeAllowance"] = 2,
        })).Is(200);
        return (owner, user);
    }
}
