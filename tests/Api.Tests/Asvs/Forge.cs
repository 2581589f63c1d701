using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;
using Platform.Api.Security.Tokens;
using Platform.Storage.Engine;
using Platform.Storage.Identity;
using Platform.Testing;

namespace Platform.Api.Tests.Asvs;

/// <summary>Signs any header and any claims with the platform's own key, so that nothing but the verifier's rules keeps them out.</summary>
internal sealed class Forge : IAsyncDisposable
{
    private readonly PlatformDatabase _database;
    private readonly SigningKeys _keys;

    private Forge(PlatformDatabase database, SigningKeys keys) => (_database, _keys) = (database, keys);

    public string Kid => _keys.Current.Kid;

    public static async Task<Forge> OpenAsync(ApiFixture api)
    {
        var database = new PlatformDatabase(api.ConnectionString);
        var keys = new SigningKeys(new SigningKeyTable(database, TestSecrets.Box), Options.Create(new TokenOptions()), TimeProvider.System);
        await keys.LoadAsync(CancellationToken.None);
        return new Forge(database, keys);
    }

    public string Sign(string head, string claims) => Sign(_keys.Current.Key, head, claims);

    /// <summary>With the header that the platform writes.</summary>
    public string Sign(JsonNode claims) => Sign(Head(), claims.ToJsonString());

    /// <summary>The header that the platform writes, with these members besides.</summary>
    public string Head(string further = "") => $$"""{"alg":"ES256","kid":"{{Kid}}","typ":"JWT"{{further}}}""";

    public static string Sign(ECDsa key, string head, string claims)
    {
        var signed = $"{Encode(head)}.{Encode(claims)}";
        return $"{signed}.{Base64Url.EncodeToString(key.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256))}";
    }

    /// <summary>What the account's token claims, as if it had been issued now.</summary>
    public static JsonObject Claims(Account account) => ShortTokens.ClaimsOf(account.Token).AsObject();

    public async ValueTask DisposeAsync()
    {
        _keys.Dispose();
        await _database.DisposeAsync();
    }

    private static string Encode(string json) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json));
}
