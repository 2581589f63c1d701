using System.Collections.Concurrent;
using System.Security.Claims;
using Microsoft.Extensions.DependencyInjection;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Platform.Api.Tests.Identity.Oidc;

/// <summary>
/// Clients and users of <see cref="OpenIdProvider"/>. The user named by login_hint signs in and consents at once; "cancel" cancels.
/// </summary>
internal sealed class OpenIdEvents(string redirectBase)
{
    private static readonly string[] Clients = ["rsa", "ec", "closed"];

    // Without a store, OpenIddict does not remember used codes.
    private readonly ConcurrentDictionary<string, bool> _used = new(StringComparer.Ordinal);

    public void AddTo(OpenIddictServerBuilder options)
    {
        Add<ValidateAuthorizationRequestContext>(options, Validate);
        Add<HandleAuthorizationRequestContext>(options, SignIn);
        Add<ValidateTokenRequestContext>(options, Validate);
        Add<HandleTokenRequestContext>(options, Redeem);
        Add<HandleUserInfoRequestContext>(options, Describe);
        options.AddEventHandler<GenerateTokenContext>(handler => handler
            .UseInlineHandler(context => Run(PickKey, context))
            .SetOrder(OpenIddictServerHandlers.Protection.AttachSecurityCredentials.Descriptor.Order + 1));
    }

    private static void Add<T>(OpenIddictServerBuilder options, Action<T> action)
        where T : OpenIddictServerEvents.BaseContext =>
        options.AddEventHandler<T>(handler => handler.UseInlineHandler(context => Run(action, context)));

    private static ValueTask Run<T>(Action<T> action, T context)
    {
        action(context);
        return default;
    }

    private static string? NameOf(string? clientId) => Clients.FirstOrDefault(name => clientId == $"client-of-{name}");

    private void Validate(ValidateAuthorizationRequestContext context)
    {
        if (NameOf(context.ClientId) is not { } name)
        {
            context.Reject(Errors.InvalidClient, "This client is unknown.");
        }
        else if (context.RedirectUri != $"{redirectBase}/api/v1/auth/oidc/{name}/callback")
        {
            context.Reject(Errors.InvalidRequest, "The redirect_uri is not registered.");
        }
    }

    private static void SignIn(HandleAuthorizationRequestContext context)
    {
        if (context.Request.LoginHint is not { Length: > 0 } who)
        {
            context.Reject(Errors.LoginRequired, "No user is named.");
        }
        else if (who == "cancel")
        {
            context.Reject(Errors.AccessDenied, "<b>raw text of the provider</b>");
        }
        else
        {
            var identity = new ClaimsIdentity("login_hint", Claims.Name, Claims.Role);
            identity.SetClaim(Claims.Subject, who).SetScopes(context.Request.GetScopes());
            context.Principal = new ClaimsPrincipal(identity);
        }
    }

    private static void Validate(ValidateTokenRequestContext context)
    {
        if (NameOf(context.ClientId) is not { } name || context.ClientSecret != $"secret of {name}: with colon & percent %")
        {
            context.Reject(Errors.InvalidClient, "The client is unknown or its secret is wrong.");
        }
    }

    private void Redeem(HandleTokenRequestContext context)
    {
        if (!_used.TryAdd(context.Request.Code!, true))
        {
            context.Reject(Errors.InvalidGrant, "The code was used.");
        }
    }

    // The user "unverified.ada@example.test" has an unverified address; "staff.ada@example.test" is in the groups staff and admins.
    private static void Describe(HandleUserInfoRequestContext context)
    {
        var person = context.AccessTokenPrincipal!;
        var who = person.GetClaim(Claims.Subject)!;
        context.Subject = who;
        if (person.HasScope(Scopes.Email))
        {
            var prefix = new[] { "unverified.", "staff.", "other." }.FirstOrDefault(who.StartsWith) ?? "";
            (context.Email, context.EmailVerified) = (who[prefix.Length..], prefix != "unverified.");
        }

        if (person.HasScope(Scopes.Profile))
        {
            string?[] groups = who.StartsWith("staff.", StringComparison.Ordinal) ? ["staff", "admins"] : ["guests"];
            context.Claims[Claims.Name] = $"Name of {who}";
            context.Claims["groups"] = new OpenIddictParameter([.. groups]);
        }
    }

    private static void PickKey(GenerateTokenContext context)
    {
        if (context.TokenType == TokenTypeIdentifiers.IdentityToken)
        {
            var algorithm = context.Principal.HasAudience("client-of-ec") ? "ES256" : "RS256";
            context.SigningCredentials = context.Options.SigningCredentials.Single(key => key.Algorithm == algorithm);
        }
    }
}
