namespace Platform.Api.Tests.Asvs;

/// <summary>
/// Fields that only the platform may set (ASVS 5.0, 15.3.3). Those of users, roles, dealers and service accounts are covered by the tests
/// of these resources.
/// </summary>
[Collection(ApiCollection.Name)]
public sealed class MassAssignmentTests(ApiFixture api)
{
    [Theory]
    [InlineData("PATCH", "/api/v1/organisation", "id organisationId kind status currency createdAt version ownerId Name")]
    [InlineData("POST", "/api/v1/wallets", "id ownerId organisationId parentId balance held available creditLimit status version")]
    [InlineData("POST", "/api/v1/wallets/{id}/deposits", "id walletId sequence type at actorId operationId balanceAfter organisationId")]
    [InlineData("POST", "/api/v1/wallets/{id}/charges", "id walletId sequence type at actorId operationId balanceAfter organisationId")]
    [InlineData("POST", "/api/v1/activities", "id actorId cost unitPrice status transactionId at organisationId")]
    [InlineData("PUT", "/api/v1/activity-types/{code}", "code builtIn organisationId from")]
    [InlineData("PUT", "/api/v1/users/{id}/roles", "tier status permissions userId organisationId")]
    [InlineData("POST", "/api/v1/users/{id}/dealers", "userId permissions organisationId")]
    [InlineData("POST", "/api/v1/auth/login", "acr tier organisationId userId mfa scope")]
    [InlineData("POST", "/api/v1/auth/refresh", "acr sessionId userId expiresAt scope")]
    [InlineData("POST", "/api/v1/auth/step-up", "acr userId sessionId maxAge")]
    [InlineData("POST", "/api/v1/auth/password/change", "userId email organisationId")]
    [InlineData("POST", "/api/v1/auth/password/reset", "userId email tier status")]
    [InlineData("POST", "/api/v1/auth/invitations/accept", "email tier roles organisationId emailVerified status")]
    [InlineData("POST", "/api/v1/auth/email/change", "userId emailVerified email")]
    [InlineData("POST", "/api/v1/access/check", "organisationId tier roles")]
    public async Task V15_3_3_fields_that_callers_may_not_set_are_refused(string method, string path, string fields)
    {
        var owner = await api.RegisterAsync();
        var address = ApiDocument.Fill(path, parameter =>
            parameter == "code" ? "report-generation" : path.Contains("/users/", StringComparison.Ordinal) ? owner.UserId : owner.WalletId);
        var before = await StateAsync();
        foreach (var field in fields.Split(' '))
        {
            var body = ApiDocument.ExampleOf(method, path);
            body[field] = owner.UserId;
            var answer = (await api.SendAsync(new HttpMethod(method), address, body, owner.Token, Account.NewKey()))
                .IsProblem(400, "unknown-field");
            Assert.Equal($"/{field}", answer.Json["errors"]![0]!["pointer"]!.GetValue<string>());
        }

        Assert.Equal(before, await StateAsync());

        async Task<string> StateAsync()
        {
            string[] paths = ["organisation", "wallets", "users", "activity-types", "auth/sessions"];
            return string.Join('\n',
                await Task.WhenAll(paths.Select(async path => (await owner.GetAsync($"/api/v1/{path}")).Is(200).Body)));
        }
    }
}
