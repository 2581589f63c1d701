using Platform.Api.Auth.Ldap;
using Platform.Api.Common;
using Platform.Identity;
using Platform.Organisations;

namespace Platform.Api.Auth;

/// <summary>Opening an account, signing in, and who the caller is.</summary>
public static class AuthEndpoints
{
    // NIST SP 800-63B: one factor.
    private const string OneFactor = "aal1";

    public static void MapAuth(this RouteGroupBuilder api)
    {
        var auth = api.MapGroup("/auth").WithTags("Auth");
        auth.MapPost("/register", RegisterAsync).Describe("Opens an account: organisation, first user and wallet.")
            .Answers<RegisterResponse>(201).Refuses(409, 422, 503).AllowAnonymous();
        auth.MapPost("/login", LoginAsync).Describe("Signs in with e-mail address and password.")
            .Answers<LoginResponse>(200).Refuses(401, 503).AllowAnonymous();
        auth.MapGet("/me", MeAsync).Describe("The caller, their organisation, roles and effective permissions.")
            .Answers<MeResponse>(200).Refuses(401);
    }

    private static async Task<IResult> RegisterAsync(
        Body<RegisterRequest> body, HttpContext http, Registration registration, TokenSigner signer, TimeProvider time)
    {
        var request = body.Value;
        var operation = Operation.Of(http, Caller.Platform, "register", Guid.Empty, time, required: false);
        var individual = request.AccountType == AccountType.Individual;
        var result = await registration.RegisterAsync(
            new NewAccount(
                operation.Id, operation.NewId(1), operation.NewId(2), operation.NewId(3), request.Email, request.Password, request.DisplayName,
                individual ? UserTier.Individual : UserTier.Enterprise,
                individual ? OrganisationKind.Individual : OrganisationKind.Enterprise,
                request.OrganisationName ?? request.DisplayName, request.Currency ?? "USD", request.TimeZone ?? "UTC", request.Locale ?? "en-US"),
            http.RequestAborted);
        return Reply.Created(result.Map(account => new RegisterResponse(
            account.User, account.Organisation, account.Wallet, TokensFor(signer, account.User.Id, account.Organisation.Id))));
    }

    private static async Task<IResult> LoginAsync(
        Body<LoginRequest> body, HttpContext http, EntityGrains grains, Passwords passwords, TokenSigner signer, LdapSignIn ldap, TimeProvider time)
    {
        _ = Operation.Of(http, Caller.Platform, "login", Guid.Empty, time, required: false);
        if (body.Value.Realm is { } realm)
        {
            return await ldap.SignInAsync(http, realm, body.Value.Username ?? body.Value.Email!, body.Value.Password);
        }

        Caller.Set(Caller.Platform); // Here, because what an async method sets does not come back to its caller.
        var owner = await FindAsync(grains, body.Value.Email!);
        string? hash = null;
        if (owner is not null)
        {
            var credentials = await GrainCalls.CallAsync(grains.User(owner.OrganisationId, owner.UserId), static grain => grain.GetCredentialsAsync());
            if (!credentials.IsSuccess && credentials.Error.Kind != ErrorKind.NotFound)
            {
                return Problems.From(credentials.Error);
            }

            hash = credentials.Value?.PasswordHash;
        }

        // A password that no one can have costs what a wrong one costs.
        var password = body.Value.Password.Length <= 128 ? body.Value.Password : "";
        return await passwords.VerifyAsync(hash, password, http.RequestAborted) && owner is not null
            ? Reply.Ok(new LoginResponse(TokensFor(signer, owner.UserId, owner.OrganisationId)))
            : Problems.From(IdentityErrors.InvalidCredentials);
    }

    private static async Task<LoginOwner?> FindAsync(EntityGrains grains, string email)
    {
        if (!LoginName.TryNormalise(email, out var normalised))
        {
            return null;
        }

        var owner = await GrainCalls.CallAsync(grains.LoginName(normalised), static grain => grain.FindAsync());
        return owner.IsSuccess || owner.Error.Kind == ErrorKind.NotFound ? owner.Value : throw new ProblemException(Problems.From(owner.Error));
    }

    private static async Task<IResult> MeAsync(HttpContext http, EntityGrains grains)
    {
        var caller = SignedIn.Of(http);
        var user = await GrainCalls.CallAsync(grains.User(caller.OrganisationId, caller.UserId), static grain => grain.GetAsync());
        var organisation = await GrainCalls.CallAsync(grains.Organisation(caller.OrganisationId), static grain => grain.GetAsync());
        return (user, organisation) switch
        {
            ({ IsSuccess: false }, _) => Reply.Refused(user),
            (_, { IsSuccess: false }) => Reply.Refused(organisation),
            _ => Reply.Ok(new MeResponse(
                user.Value!, organisation.Value!, [Permissions.RoleOf(user.Value!.Tier)], Permissions.Of(user.Value.Tier))),
        };
    }

    private static Tokens TokensFor(TokenSigner signer, Guid userId, Guid organisationId) =>
        new(signer.Issue(userId, organisationId, OneFactor).Text, (int)TokenOptions.Lifetime.TotalSeconds, "Bearer");
}
