using System.Buffers.Text;
using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;
using Platform.Api.Http;

namespace Platform.Api.Identity.Oidc;

/// <summary>What a verified ID token says: who it is of, and all of its claims.</summary>
public sealed record IdToken(string Issuer, string Subject, JsonElement Claims);

/// <summary>
/// Verifies ID tokens (OpenID Connect Core, 3.1.3.7). Only RS256 and ES256 that the provider itself names, only keys from its
/// own key set: what a header says about where a key is (jku, jwk, x5u) is not read.
/// </summary>
public sealed partial class IdTokenVerifier(OidcDiscovery discovery, TimeProvider time, ILogger<IdTokenVerifier> logger)
{
    private const int MaxLength = 16 * 1024;
    private static readonly JsonWebTokenHandler Handler = new() { MaximumTokenSizeInBytes = MaxLength };
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 16 };

    /// <summary>The token's content. One that is not valid ends the request with a problem.</summary>
    public async Task<IdToken> VerifyAsync(
        OidcProvider provider, string? text, string nonce, string? accessToken, CancellationToken cancellationToken)
    {
        // The library takes the last of two claims of a name, and does not know "crit".
        if (text is null or { Length: > MaxLength } || text.Split('.') is not { Length: 3 } parts ||
            Read(parts[0]) is not { } header || Read(parts[1]) is not { } claims)
        {
            throw Refuse(provider, "form");
        }

        var configuration = await discovery.GetAsync(provider, cancellationToken);
        if (header.Text("alg") is not { } algorithm || !AlgorithmsOf(configuration).Contains(algorithm) || header.TryGetProperty("crit", out _))
        {
            throw Refuse(provider, "algorithm");
        }

        var verdict = await Handler.ValidateTokenAsync(text, RulesOf(provider, claims));
        if (!verdict.IsValid)
        {
            throw Refuse(provider, verdict.Exception?.GetType().Name ?? "content");
        }

        var rules = new IdTokenClaims(provider, claims, time.GetUtcNow());
        return rules.Fault(verdict.SecurityToken.SigningKey, nonce, accessToken) is { } fault
            ? throw Refuse(provider, fault)
            : new IdToken(verdict.Issuer, claims.Text("sub")!, claims);
    }

    private TokenValidationParameters RulesOf(OidcProvider provider, JsonElement claims) => new()
    {
        ConfigurationManager = discovery.ManagerOf(provider),
        ValidAlgorithms = OidcConfigurationRetriever.Algorithms,
        TryAllIssuerSigningKeys = false,
        IssuerSigningKeyResolverUsingConfiguration = (_, token, kid, _, configuration) =>
            configuration is OpenIdConnectConfiguration known &&
            OidcConfigurationRetriever.Find(known, kid, ((JsonWebToken)token).Alg) is { } key ? [key] : [],
        IssuerValidatorUsingConfiguration = (issuer, _, _, configuration) =>
            configuration is not null && issuer == IdTokenClaims.IssuerOf(configuration.Issuer, provider, claims)
                ? issuer
                : throw new SecurityTokenInvalidIssuerException(),
        ValidAudience = provider.Options.ClientId,
        LifetimeValidator = (begins, expires, _, _) =>
            expires > time.GetUtcNow() - IdTokenClaims.Skew && (begins is null || begins <= time.GetUtcNow() + IdTokenClaims.Skew),
    };

    private static IEnumerable<string> AlgorithmsOf(OpenIdConnectConfiguration configuration) =>
        configuration.IdTokenSigningAlgValuesSupported.Intersect(OidcConfigurationRetriever.Algorithms);

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

    private static byte[]? Bytes(string part) =>
        part.Contains('=', StringComparison.Ordinal) || !Base64Url.IsValid(part) ? null : Base64Url.DecodeFromChars(part);

    private ProblemException Refuse(OidcProvider provider, string fault)
    {
        LogRefused(logger, provider.Name, fault);
        return new ProblemException(OidcProblems.InvalidIdToken);
    }

    [LoggerMessage(1, LogLevel.Warning, "An ID token of {Provider} was refused: {Fault}.")]
    private static partial void LogRefused(ILogger logger, string provider, string fault);
}
