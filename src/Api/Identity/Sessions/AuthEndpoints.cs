using Platform.Access;
using Platform.Api.Http;
using Platform.Api.Identity.Ldap;
using Platform.Api.Identity.Mfa;
using Platform.Api.Identity.Passwords;
using Platform.Api.Identity.Registration;
using Platform.Api.Security;
using Platform.Api.Security.Access;
using Platform.Api.Security.Audit;
using Platform.Api.Security.RateLimits;
using Platform.Api.ServiceAccounts;
using Platform.Grains.Access;
using Platform.Identity;
using Platform.Organisations;

namespace Platform.Api.Identity.Sessions;

/// <summary>Signing in, and who the caller is.</summary>
public static class AuthEndpoints
{
    public static void MapAuth(this RouteGroupBuilder api)
    {
        var auth = api.MapGroup("/auth").WithTags("Auth");
        auth.MapRegister();
        auth.MapPost("/login", LoginAsync).Describe("Signs in with e-mail address and password.")
            .Answers<SignInResponse>(200).Refuses(401, 403, 429, 503).AllowAnonymous();
        auth.MapGet("/me", MeAsync).Describe("The caller, their organisation, roles and effective permissions.")
            .Answers<MeResponse>(200).ForAnyCaller().EvenWithoutMfa();
        auth.MapSessions();
        auth.MapPasswords();
        auth.MapEmail();
        auth.MapMfa();
    }

    private static async Task<IResult> LoginAsync(
        Body<LoginRequest> body, HttpContext http, EntityGrains grains, LoginNames logins, PasswordHasher passwords, PasswordGuesses guesses, SignIn signIn,
        LdapSignIn ldap, AuditTrail audit, TimeProvider time)
    {
        _ = Operation.Of(http, Caller.Platform, "login", Guid.Empty, time, required: false);
        if (body.Value.Realm is { } realm)
        {
            var name = body.Value.Username ?? body.Value.Email!;
            return await guesses.RefusalAsync(http, $"{realm}\n{LdapText.CountedAs(name)}", name, null) ?? await ldap.SignInAsync(http, realm, name, body.Value.Password);
        }

        var owner = await logins.FindAsync(body.Value.Email!);
        if (await guesses.RefusalAsync(http, body.Value.Email!, owner) is { } tooMany)
        {
            return tooMany;
        }

        string? hash = null;
        if (owner is not null)
        {
            Caller.Set(owner.OrganisationId);
            var credentials = await grains.Of<IUserCredentialsGrain>(owner.Key).AskAsync(static grain => grain.GetAsync());
            if (!credentials.IsSuccess && credentials.Error.Kind != ErrorKind.NotFound)
            {
                return Problems.From(credentials.Error);
            }

            hash = credentials.Value?.PasswordHash;
        }

        var verified = await passwords.VerifyAsync(hash, body.Value.Password, http.RequestAborted);
        if (verified == Verified.No || owner is null)
        {
            await audit.SignInRefusedAsync(http, body.Value.Email!, owner, IdentityErrors.InvalidCredentials.Code);
            return Problems.From(IdentityErrors.InvalidCredentials);
        }

        if (verified == Verified.YesButRehash)
        {
            var rehashed = await passwords.HashAsync(body.Value.Password, http.RequestAborted);
            var command = new RehashPassword(new CommandContext(owner.OrganisationId, owner.UserId, OperationId.Fresh(time)), hash!, rehashed);
            await grains.Of<IUserCredentialsGrain>(owner.Key).AskAsync(command, static (grain, command) => grain.RehashPasswordAsync(command));
        }

        return await signIn.CompleteAsync(http, owner.OrganisationId, owner.UserId, SignInMethods.Password);
    }

    private static async Task<IResult> MeAsync(HttpContext http, EntityGrains grains)
    {
        var caller = SignedIn.Of(http);
        if (caller.Kind == CallerKind.ServiceAccount)
        {
            return await ServiceAccountEndpoints.MeAsync(caller, grains);
        }

        var user = await grains.Of<IUserGrain>(caller.OrganisationId, caller.UserId).AskAsync(static grain => grain.GetAsync());
        var organisation = await grains.Of<IOrganisationGrain>(EntityKey.Of(caller.OrganisationId)).AskAsync(static grain => grain.GetAsync());
        return (user, organisation) switch
        {
            ({ IsSuccess: false }, _) => Reply.Refused(user),
            (_, { IsSuccess: false }) => Reply.Refused(organisation),
            _ => Reply.Ok(MeOf(user.Value!, organisation.Value!, AccessView.Of(http).Effective)),
        };
    }

    private static MeResponse MeOf(UserView user, OrganisationView organisation, EffectiveAccess access) => new(
        user, organisation, [BuiltInRoles.CodeOf(user.Tier), .. user.Grants.Select(grant => grant.Role).Distinct()],
        [.. access.List().Select(held => held.Permission.Code)]);
}
