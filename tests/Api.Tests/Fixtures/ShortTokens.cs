using System.Buffers.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;
using Platform.Api.Identity.Sessions;
using Platform.Api.Security;
using Platform.Api.Security.Tokens;
using Platform.Storage.Engine;
using Platform.Storage.Identity;
using Platform.Testing;

namespace Platform.Api.Tests.Fixtures;

/// <summary>Signs tokens for an account's session with the platform's key, so that tests need not wait for expiry or age.</summary>
internal static class ShortTokens
{
    public static async Task<string> SignAsync(
        ApiFixture api, Account account, TimeSpan lifetime, TimeSpan since = default, string acr = "aal1")
    {
        await using var database = new PlatformDatabase(api.ConnectionString);
        using var keys = new SigningKeys(
            new SigningKeyTable(database, TestSecrets.Box), Options.Create(new TokenOptions()), TimeProvider.System);
        await keys.LoadAsync(CancellationToken.None);
        var now = DateTimeOffset.FromUnixTimeSeconds(TimeProvider.System.GetUtcNow().ToUnixTimeSeconds());
        var session = Guid.Parse(ClaimsOf(account.Token)["sid"]!.GetValue<string>());
        return new TokenSigner(keys, Options.Create(new TokenOptions()), TimeProvider.System).Sign(new AccessToken(
            Guid.Parse(account.UserId), Guid.Parse(account.OrganisationId), session, Guid.CreateVersion7(now), now, now + lifetime, acr,
            now - since, 0));
    }

    public static JsonNode ClaimsOf(string token) => JsonNode.Parse(Base64Url.DecodeFromChars(token.Split('.')[1]))!;
}
