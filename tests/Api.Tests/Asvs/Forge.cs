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

/// <summary>Signs any header and claims with the platform's own key, so that only the verifier's rules can refuse them.</summary>
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

    /// <summary>Signs with the header that the platform writes.</summary>
    public string Sign(JsonNode claims) => Sign(Head(), claims.ToJsonString());

    /// <summary>The header that the platform writes, with additional members.</summary>
    public string Head(string more = "") => $$"""{"alg":"ES256","kid":"{{Kid}}","typ":"JWT"{{more}}}""";

    public static string Sign(ECDsa key, string head, string claims)
    {
        var signed = $"{Encode(head)}.{Encode(claims)}";
        return $"{signed}.{Base64Url.EncodeToString(key.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256))}";
    }

    /// <summary>The claims of the account's token.</summary>
    public static JsonObject Claims(Account account) => ShortTokens.ClaimsOf(account.Token).AsObject();

    public async ValueTask DisposeAsync()
    {
        _keys.Dispose();
        await _database.DisposeAsync();
    }

    private static string Encode(string json) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json));
}
