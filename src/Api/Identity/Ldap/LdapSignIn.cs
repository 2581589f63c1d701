using Platform.Api.Http;
using Platform.Api.Identity.External;
using Platform.Api.Identity.Sessions;
using Platform.Api.Security;
using Platform.Api.Security.Audit;
using Platform.Grains.Engine.Registration;
using Platform.Identity;
using Platform.Storage.Identity;

namespace Platform.Api.Identity.Ldap;

/// <summary>Signs directory users in, and links them to existing accounts.</summary>
[Singleton]
public sealed partial class LdapSignIn(
    IConfiguration configuration, ExternalAccounts accounts, ExternalIdentityQueries identities, SignIn signIn, AuditTrail audit,
    ILogger<LdapSignIn> logger) : IDisposable
{
    public const string Realm = SignInMethods.Directory;

    /// <summary>The directory is unavailable.</summary>
    public static readonly Problem Unavailable =
        new(503, "directory-unavailable", "The directory is unavailable; retry shortly.") { RetryAfter = 5 };

    private static readonly Problem UnknownRealm = Problems.Invalid("/realm", "unknown-realm", "There is no such realm.");

    private readonly LdapOptions? _options = LdapOptions.Read(configuration);
    private readonly LdapDirectory? _directory = LdapOptions.Read(configuration) is { } options ? new LdapDirectory(options) : null;

    public void Dispose() => _directory?.Dispose();

    /// <summary>Signs in with a directory name and password.</summary>
    public async Task<IResult> SignInAsync(HttpContext http, string realm, string name, string password)
    {
        var authenticated = await AuthenticateAsync(http, realm, name, password);
        var owner = await accounts.ResolveAsync(authenticated, RequestOrigin.Of(http), http.RequestAborted);
        if (owner.IsSuccess)
        {
            return await signIn.CompleteAsync(http, owner.Value.OrganisationId, owner.Value.UserId, Realm);
        }

        await audit.SignInRefusedAsync(http, name, null, owner.Error.Code);
        return Reply.Refused(owner);
    }

    /// <summary>Links the directory user with this name and password to the signed-in user.</summary>
    public async Task<Result<LoginOwner>> LinkAsync(HttpContext http, string name, string password, LoginOwner user)
    {
        var authenticated = await AuthenticateAsync(http, Realm, name, password);
        var linked = await accounts.LinkAsync(authenticated.Identity, user, RequestOrigin.Of(http));
        if (!linked.IsSuccess)
        {
            await audit.LinkRefusedAsync(http, user, Realm, linked.Error.Code);
        }

        return linked;
    }

    /// <summary>
    /// Checks whether the directory still has a user whose session began there, and updates the user's roles from their groups. A user
    /// without a link to this directory counts as gone; with several links, the oldest is checked.
    /// </summary>
    public async Task<DirectoryAnswer> CheckUserAsync(LoginOwner user, Origin origin, CancellationToken cancellationToken)
    {
        if (_directory is null || _options is null)
        {
            return DirectoryAnswer.NotReached;
        }

        var links = await identities.ListAsync(user.OrganisationId, user.UserId, cancellationToken);
        if (links.FirstOrDefault(link => link.Provider == Realm && link.Issuer == IssuerOf(_options)) is not { } link)
        {
            return DirectoryAnswer.Gone;
        }

        try
        {
            if (await _directory.FindAsync(link.Subject, cancellationToken) is not { } found)
            {
                return DirectoryAnswer.Gone;
            }

            var applied = await accounts.ApplyGroupsAsync(user, _options.OrganisationId, RolesOf(_options, found), origin);
            return applied.IsSuccess ? DirectoryAnswer.Stands : throw new ProblemException(Problems.From(applied.Error));
        }
        catch (LdapUnavailableException exception)
        {
            LogUnavailable(logger, exception.Message);
            return DirectoryAnswer.NotReached;
        }
    }

    private async Task<ExternalSignIn> AuthenticateAsync(HttpContext http, string realm, string name, string password)
    {
        if (realm != Realm || _directory is null || _options is null)
        {
            throw new ProblemException(UnknownRealm);
        }

        LdapUser? user;
        try
        {
            user = await _directory.AuthenticateAsync(name, password, http.RequestAborted);
        }
        catch (LdapUnavailableException exception)
        {
            LogUnavailable(logger, exception.Message);
            throw new ProblemException(Unavailable);
        }

        if (user is null)
        {
            await audit.SignInRefusedAsync(http, name, null, IdentityErrors.InvalidCredentials.Code);
            throw new ProblemException(Problems.From(IdentityErrors.InvalidCredentials));
        }

        // The directory belongs to the organisation, so its addresses count as verified.
        return new ExternalSignIn(
            new ExternalIdentity(Realm, IssuerOf(_options), user.Subject, user.Mail is null ? null : LoginName.NameOf(user.Mail)),
            user.Mail is not null, user.DisplayName, _options.OrganisationId, _options.Provision, RolesOf(_options, user));
    }

    private static string IssuerOf(LdapOptions options) => options.Issuer.Length > 0 ? options.Issuer : options.Url;

    private static IReadOnlyList<string>? RolesOf(LdapOptions options, LdapUser user) =>
        options.GroupMap.Apply(user.Groups, LdapText.NormaliseName);

    [LoggerMessage(1, LogLevel.Warning, "The directory is unavailable: {Reason}")]
    private static partial void LogUnavailable(ILogger logger, string reason);
}
