using System.Text.Json.Nodes;
using Npgsql;
using Platform.Identity;

namespace Platform.Api.Tests.Identity.Registration;

/// <summary>An address is one account, in whatever form it is typed.</summary>
[Collection(ApiCollection.Name)]
public sealed class AddressFormTests(ApiFixture api)
{
    private const string Password = "a long password";
    private static int people;

    [Theory]
    [InlineData("zoe\u0308.{0}@example.test", "zo\u00EB.{0}@example.test", "zo\u00EB.{0}@example.test")]
    [InlineData("zo\u00EB.{0}@example.test", "ZOE\u0308.{0}@example.test", "zo\u00EB.{0}@example.test")]
    [InlineData("ada.{0}@b\u00FCcher.example", "ada.{0}@XN--BCHER-KVA.example", "ada.{0}@xn--bcher-kva.example")]
    [InlineData("ada.{0}@xn--bcher-kva.example", "Ada.{0}@B\u00DCCHER.example", "ada.{0}@xn--bcher-kva.example")]
    public async Task An_address_is_one_account_in_all_its_forms(string typed, string other, string shown)
    {
        var number = Interlocked.Increment(ref people).ToString(System.Globalization.CultureInfo.InvariantCulture);
        (typed, other, shown) = (In(typed), In(other), In(shown));
        var registered = (await RegisterAsync(typed)).Is(201);
        Assert.Equal(shown, registered.Text("user", "email"));
        (await RegisterAsync(other)).IsProblem(409, "email-taken");
        Assert.Equal(registered.Text("user", "id"), await SignInAsync(other));
        Assert.Equal(registered.Text("user", "id"), await SignInAsync($"  {typed} "));

        string In(string form) => form.Replace("{0}", $"n{number}", StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a\u200Bda@example.test")]
    [InlineData("ada\u202E@example.test")]
    [InlineData("a\u00ADda@example.test")]
    [InlineData("\uFF41da@example.test")]
    [InlineData("ada@exa\u200Bmple.test")]
    public async Task An_address_with_hidden_or_compatibility_characters_is_refused_everywhere(string email)
    {
        (await RegisterAsync(email)).IsProblem(400, "invalid-email");
        var account = await api.RegisterAsync();
        (await account.PostAsync("/api/v1/users", new JsonObject { ["email"] = email, ["displayName"] = "A" }))
            .IsProblem(400, "invalid-email");
        (await account.PostAsync("/api/v1/auth/email/change", new JsonObject { ["newEmail"] = email, ["password"] = account.Password }))
            .IsProblem(400, "invalid-email");
        (await api.SendAsync(HttpMethod.Post, "/api/v1/auth/password/forgot", new JsonObject { ["email"] = email }))
            .IsProblem(400, "invalid-email");
        (await api.LoginAsync(email, Password)).IsProblem(401, "invalid-credentials");
    }

    [Fact]
    public async Task An_invited_user_is_found_by_every_form_of_their_address()
    {
        var account = await api.RegisterAsync();
        var invitation = new JsonObject { ["email"] = "Bea@M\u00FCnchen.example", ["displayName"] = "Bea" };
        var invited = (await account.PostAsync("/api/v1/users", invitation)).Is(201);
        Assert.Equal("bea@xn--mnchen-3ya.example", invited.Text("email"));
        foreach (var email in new[]
        {
            "bea@m\u00FCnchen.example", "BEA@MU\u0308NCHEN.EXAMPLE", "bea@xn--mnchen-3ya.example", "bea@xn--mnch", "Bea", "bea@",
        })
        {
            var found = (await account.GetAsync($"/api/v1/users?email={Uri.EscapeDataString(email)}")).Is(200);
            Assert.Equal((email, invited.Text("id")), (email, Assert.Single(found.Json["items"]!.AsArray())!["id"]!.GetValue<string>()));
        }

        Assert.Empty((await account.GetAsync("/api/v1/users?email=bea@muenchen.example")).Is(200).Json["items"]!.AsArray());
    }

    [Theory]
    [InlineData(
        "x.{0}@b\u00FCcher.example",
        new[] { "x.{0}@b\u00FCcher.example", "X.{0}@xn--bcher-kva.example", "x.{0}@bu\u0308cher.example" })]
    // The form stored without ICU.
    [InlineData("zoe\u0308.{0}@example.test", new[] { "zo\u00EB.{0}@example.test", "zoe\u0308.{0}@example.test" })]
    [InlineData("a\u200Bda.{0}@example.test", new[] { "a\u200Bda.{0}@example.test" })]
    public async Task An_address_stored_by_an_earlier_build_still_signs_in_and_cannot_be_taken(string old, string[] typed)
    {
        var account = await api.RegisterAsync();
        var number = $"o{Interlocked.Increment(ref people)}";
        await StoreAlsoAsAsync(account.Email, old.Replace("{0}", number, StringComparison.Ordinal));
        foreach (var form in typed.Select(form => form.Replace("{0}", number, StringComparison.Ordinal)))
        {
            Assert.Equal(account.UserId, await SignInAsync(form, account.Password));
            Assert.NotEqual(201, (await RegisterAsync(form)).Status);
        }

        Assert.Equal(account.UserId, await SignInAsync(account.Email, account.Password));
    }

    // Writes what an earlier build would have written: the events of a login name under the key of another form.
    private async Task StoreAlsoAsAsync(string email, string old)
    {
        await using var database = NpgsqlDataSource.Create(api.ConnectionString);
        await using var copy = database.CreateCommand(
            """
            INSERT INTO journal
                (partition, org_id, entity_type, entity_id, version, operation_id, command_hash, actor_id, at, events, reply)
            SELECT partition, org_id, entity_type, $2, version, operation_id, command_hash, actor_id, at, events, reply FROM journal
            WHERE entity_type = 'login-name' AND entity_id = $1
            """);
        copy.Parameters.Add(new() { Value = LoginName.KeyOf(email).Id });
        copy.Parameters.Add(new() { Value = LoginName.KeyOf(old).Id });
        Assert.Equal(2, await copy.ExecuteNonQueryAsync());
    }

    private async Task<string> SignInAsync(string email, string password = Password)
    {
        var signedIn = await api.SignInAsync(email, password);
        return (await signedIn.GetAsync("/api/v1/auth/me")).Is(200).Text("user", "id");
    }

    private Task<Answer> RegisterAsync(string email) => api.SendAsync(
        HttpMethod.Post, "/api/v1/auth/register",
        new JsonObject { ["email"] = email, ["password"] = Password, ["displayName"] = "Some One", ["accountType"] = "individual" });
}
