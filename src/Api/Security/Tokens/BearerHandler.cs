using System.Diagnostics.Metrics;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;
using Platform.Api.Http;

namespace Platform.Api.Security.Tokens;

/// <summary>
/// Authenticates callers by access token or service-account key, which has a prefix. The token comes in the Authorization header; only
/// routes with <see cref="TokenInQueryMark"/> also accept it in the query.
/// </summary>
public sealed class BearerHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory loggers, UrlEncoder encoder, TokenCache cache,
    TokenVerifier verifier,
    ApiKeyVerifier keys, TimeProvider time)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, loggers, encoder)
{
    public new const string Scheme = "Bearer";
    private static readonly AuthenticateResult Invalid = AuthenticateResult.Fail("invalid token");

    // Not in the audit log: such a token says nothing reliable about its sender, and anybody can send any number of them.
    private static readonly Meter Meter = new("Platform.Auth");
    private static readonly Counter<long> Refused = Meter.CreateCounter<long>(
        "platform.auth.tokens.refused", "{token}", "Access tokens that are malformed, expired or not issued here.");

    protected override Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var token = ReadToken();
        if (token is null)
        {
            return Task.FromResult(AuthenticateResult.NoResult());
        }

        if (token.Length > TokenVerifier.MaxLength || !System.Text.Ascii.IsValid(token))
        {
            Refused.Add(1);
            return Task.FromResult(Invalid);
        }

        return cache.Find(token) is { } known ? Task.FromResult(known)
            : token.StartsWith(ApiKey.Prefix, StringComparison.Ordinal) ? VerifyKeyAsync(token)
            : VerifyAsync(token);
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        Response.Headers.WWWAuthenticate = Request.Headers.Authorization.Count == 0 ? "Bearer" : "Bearer error=\"invalid_token\"";
        return Problems.Unauthenticated.ExecuteAsync(Context);
    }

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties) => Problems.Forbidden.ExecuteAsync(Context);

    private async Task<AuthenticateResult> VerifyAsync(string token)
    {
        if (await verifier.VerifyAsync(token) is not { } accepted)
        {
            Refused.Add(1);
            return Invalid;
        }

        var properties = new AuthenticationProperties { IssuedUtc = accepted.IssuedAt, ExpiresUtc = accepted.ExpiresAt };
        var result = AuthenticateResult.Success(new AuthenticationTicket(new SignedIn(accepted), properties, Scheme));
        cache.Add(token, result, accepted.ExpiresAt);
        return result;
    }

    // The key's secret does not change, so it is cached. The access gate checks for each request whether the key is alive, as with
    // sessions.
    private async Task<AuthenticateResult> VerifyKeyAsync(string text)
    {
        if (await keys.VerifyAsync(text) is not { } key)
        {
            return Invalid;
        }

        var result = AuthenticateResult.Success(new AuthenticationTicket(new SignedIn(key), Scheme));
        cache.Add(text, result, time.GetUtcNow() + TokenOptions.Lifetime);
        return result;
    }

    private string? ReadToken()
    {
        const string Prefix = "Bearer ";
        var header = Request.Headers.Authorization;
        if (header.Count == 1 && header[0] is { } value && value.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase))
        {
            return value[Prefix.Length..];
        }

        return header.Count == 0 && Context.GetEndpoint()?.Metadata.GetMetadata<TokenInQueryMark>() is not null &&
            Request.Query["access_token"] is { Count: 1 } query ? query[0] : null;
    }
}
