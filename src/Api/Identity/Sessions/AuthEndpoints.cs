using Platform.Api.Http;
using Platform.Api.Identity.Ldap;
using Platform.Api.Identity.Mfa;
using Platform.Api.Identity.Passwords;
using Platform.Api.Identity.Registration;
using Platform.Api.Security;
using Platform.Api.Security.RateLimits;

namespace Platform.Api.Identity.Sessions;

/// <summary>Sign-in, and the routes of the caller's own account.</summary>
[Routes]
public static class AuthEndpoints
{
    public static void MapAuth(this RouteGroupBuilder api)
    {
        var auth = api.MapGroup("/auth").WithTags("Auth");
        auth.MapRegister();
        auth.MapPost("/login", LoginAsync).Describe("Signs in with an e-mail address and password, or with a user name of a realm.")
            .Answers<SignInResponse>(200).Refuses(401, 403).AllowAnonymous();
        auth.MapMe();
        auth.MapSessions();
        auth.MapPasswords();
        auth.MapEmail();
        auth.MapMfa();
    }

    private static async Task<IResult> LoginAsync(
        Body<LoginRequest> body, HttpContext http, PasswordSignIn passwords, LdapSignIn ldap, PasswordGuesses guesses)
    {
        IdempotencyKey.Check(http);
        var request = body.Value;
        if (request.Realm is not { } realm)
        {
            return await passwords.SignInAsync(http, request.Email!, request.Password);
        }

        var name = request.Username ?? request.Email!;
        return await guesses.RefusalAsync(http, $"{realm}\n{LdapText.NormaliseForCounting(name)}", name, null) ??
            await ldap.SignInAsync(http, realm, name, request.Password);
    }
}
