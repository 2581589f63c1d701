using System.Buffers.Text;
using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;
using Platform.Api.Http;
using Platform.Grains.Engine.Registration;

namespace Platform.Api.Identity.Oidc;

/// <summary>A verified ID token: its issuer, its subject, and all of its claims.</summary>
public sealed record IdToken(string Issuer, string Subject, JsonElement Claims);

/// <summary>
/// Verifies ID tokens (OpenID Connect Core, 3.1.3.7). Accepts only RS256 and ES256 if the provider lists them, and only keys from the
/// provider's own key set. Headers that say where to find a key (jku, jwk, x5u) are ignored.
/// </summary>
[Singleton]
public sealed partial class IdTokenVerifier(OidcDiscovery discovery, TimeProvider time, ILogger<IdTokenVerifier> logger)
{
    private const int MaxLength = 16 * 1024;
    private static readonly JsonWebTokenHandler Handler = new() { MaximumTokenSizeInBytes = MaxLength };
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 16 };

    /// <summary>Returns the token's content. Throws ProblemException if the token is not valid.</summary>
    public async Task<IdToken> VerifyAsync(
        OidcProvider provider, string? text, string nonce, string? accessToken, CancellationToken cancellationToken)
    {
        // The library accepts duplicate claims and ignores "crit", so both are checked here.
        if (text is null or { Length: > MaxLength } || text.Split('.') is not { Length: 3 } parts ||
            Read(parts[0]) is not { } header || Read(parts[1]) is not { } claims)
        {
            throw Refuse(provider, "form");
        }

        var configuration = await discovery.GetAsync(provider, cancellationToken);
        if (header.Text("alg") is not { } algorithm || !AlgorithmsOf(configuration).Contains(algorithm) ||
            header.TryGetProperty("crit", out _))
        {
            throw Refuse(provider, "algorithm");
        }

        var validated = await Handler.ValidateTokenAsync(text, RulesOf(provider, claims));
        if (!validated.IsValid)
        {
            throw Refuse(provider, validated.Exception?.GetType().Name ?? "content");
        }

        var rules = new IdTokenClaims(provider, claims, time.GetUtcNow());
        return rules.Fault(validated.SecurityToken.SigningKey, nonce, accessToken) is { } fault
            ? throw Refuse(provider, fault)
            : new IdToken(validated.Issuer, claims.Text("sub")!, claims);
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

    [LoggerMessage(1, LogLevel.Warning, "An ID token of {Provider} is not valid: {Fault}.")]
    private static partial void LogRefused(ILogger logger, string provider, string fault);
}
