using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Platform.Api.Common;

namespace Platform.Api.Auth.Oidc;

/// <summary>What a verified ID token says: who it is of, and all of its claims.</summary>
public sealed record IdToken(string Issuer, string Subject, JsonElement Claims);

/// <summary>
/// Verifies ID tokens (OpenID Connect Core, 3.1.3.7). Only RS256 and ES256 that the provider itself names, only keys from its
/// own key set: what a header says about where a key is (jku, jwk, x5u) is not read.
/// </summary>
public sealed partial class IdTokenVerifier(OidcDiscovery discovery, TimeProvider time, ILogger<IdTokenVerifier> logger)
{
    private const int MaxLength = 16 * 1024;
    private static readonly TimeSpan Skew = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan MaxAge = TimeSpan.FromMinutes(10);
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 16 };

    /// <summary>The token's content. One that is not valid ends the request with a problem.</summary>
    public async Task<IdToken> VerifyAsync(
        OidcProvider provider, OidcMetadata metadata, string? text, string nonce, string? accessToken, CancellationToken cancellationToken)
    {
        if (text is null or { Length: > MaxLength } || text.Split('.') is not { Length: 3 } parts ||
            Read(parts[0]) is not { } header || Bytes(parts[2]) is not { } signature)
        {
            throw Refuse(provider, "form");
        }

        if (header.Text("alg") is not { } algorithm || !metadata.Algorithms.Contains(algorithm) || header.TryGetProperty("crit", out _))
        {
            throw Refuse(provider, "algorithm");
        }

        if (await discovery.FindKeyAsync(provider, header.Text("kid"), algorithm, cancellationToken) is not { } key)
        {
            throw Refuse(provider, "key");
        }

        if (!key.Verifies(Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"), signature) || Read(parts[1]) is not { } claims)
        {
            throw Refuse(provider, "signature");
        }

        return Fault(provider, metadata, key, claims, nonce, accessToken) is { } fault
            ? throw Refuse(provider, fault)
            : new IdToken(claims.Text("iss")!, claims.Text("sub")!, claims);
    }

    private string? Fault(OidcProvider provider, OidcMetadata metadata, OidcKey key, JsonElement claims, string nonce, string? accessToken)
    {
        var now = time.GetUtcNow();
        var audiences = claims.Texts("aud");
        var tenant = provider.IsTemplated ? claims.Text("tid") : null;
        if (IssuerOf(metadata.Issuer, provider, tenant) is not { } issuer || claims.Text("iss") != issuer ||
            (key.Issuer is not null && IssuerOf(key.Issuer, provider, tenant) != issuer))
        {
            return "issuer";
        }

        if (!audiences.Contains(provider.Options.ClientId) ||
            (claims.Text("azp") is var party && (party is null ? audiences.Count > 1 : party != provider.Options.ClientId)))
        {
            return "audience";
        }

        if (claims.Seconds("exp") is not { } expires || claims.Seconds("iat") is not { } issued ||
            DateTimeOffset.FromUnixTimeSeconds(expires) + Skew <= now || DateTimeOffset.FromUnixTimeSeconds(issued) > now + Skew ||
            DateTimeOffset.FromUnixTimeSeconds(issued) < now - MaxAge ||
            (claims.Seconds("nbf") is { } begins && DateTimeOffset.FromUnixTimeSeconds(begins) > now + Skew))
        {
            return "time";
        }

        if (claims.Text("nonce") is not { } said || !CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(said), Encoding.UTF8.GetBytes(nonce)))
        {
            return "nonce";
        }

        if (claims.TryGetProperty("at_hash", out _) && (accessToken is null || claims.Text("at_hash") != HalfHash(accessToken)))
        {
            return "at_hash";
        }

        return claims.Text("sub") is { Length: > 0 and <= 255 } subject && Text.IsName(subject, 255) ? null : "subject";
    }

    private static string? IssuerOf(string issuer, OidcProvider provider, string? tenant) =>
        !provider.IsTemplated ? issuer
        : Guid.TryParseExact(tenant, "D", out _) ? issuer.Replace("{tenantid}", tenant, StringComparison.Ordinal)
        : null;

    // RS256 and ES256 both say SHA-256.
    private static string HalfHash(string accessToken) => Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(accessToken)).AsSpan(0, 16));

    private static JsonElement? Read(string part)
    {
        try
        {
            using var document = JsonDocument.Parse(Bytes(part), Strict);
            return document.RootElement.ValueKind == JsonValueKind.Object ? document.RootElement.Clone() : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static byte[]? Bytes(string part) => part.Contains('=', StringComparison.Ordinal) || !Base64Url.IsValid(part) ? null : Base64Url.DecodeFromChars(part);

    private ProblemException Refuse(OidcProvider provider, string fault)
    {
        LogRefused(logger, provider.Name, fault);
        return new ProblemException(OidcProblems.InvalidIdToken);
    }

    [LoggerMessage(1, LogLevel.Warning, "An ID token of {Provider} was refused for its {Fault}.")]
    private static partial void LogRefused(ILogger logger, string provider, string fault);
}
