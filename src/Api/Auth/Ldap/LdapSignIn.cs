using Platform.Api.Audit;
using Platform.Api.Common;
using Platform.Identity;

namespace Platform.Api.Auth.Ldap;

/// <summary>Signs users of the directory in, and links them to accounts that stand.</summary>
public sealed partial class LdapSignIn(IConfiguration configuration, ExternalAccounts accounts, SignIn signIn, AuditTrail audit, ILogger<LdapSignIn> logger)
    : IDisposable
{
    public const string Realm = "ldap";

    private static readonly Problem Unavailable =
        new(503, "directory-unavailable", "The directory cannot be asked now; try again shortly.") { RetryAfter = 5 };

    private static readonly Problem UnknownRealm = Problems.Invalid("/realm", "unknown-realm", "There is no such realm.");

    private readonly LdapOptions? _options = Read(configuration);
    private readonly LdapDirectory? _directory = Read(configuration) is { } options ? new LdapDirectory(options) : null;

    public void Dispose() => _directory?.Dispose();

    /// <summary>Signs in with the name and password of the directory.</summary>
    public async Task<IResult> SignInAsync(HttpContext http, string realm, string name, string password)
    {
        var owner = await accounts.ResolveAsync(await AskAsync(http, realm, name, password), RequestOrigin.Of(http), http.RequestAborted);
        if (owner.IsSuccess)
        {
            return await signIn.CompleteAsync(http, owner.Value.OrganisationId, owner.Value.UserId, Realm);
        }

        await audit.SignInRefusedAsync(http, name, null, owner.Error.Code);
        return Reply.Refused(owner);
    }

    /// <summary>Links the directory's user with this name and password to a user who is signed in.</summary>
    public async Task<Result<LoginOwner>> LinkAsync(HttpContext http, string name, string password, LoginOwner user)
    {
        var linked = await accounts.LinkAsync((await AskAsync(http, Realm, name, password)).Identity, user, RequestOrigin.Of(http));
        if (!linked.IsSuccess)
        {
            await audit.LinkRefusedAsync(http, user, Realm, linked.Error.Code);
        }

        return linked;
    }

    private async Task<ExternalSignIn> AskAsync(HttpContext http, string realm, string name, string password)
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

        // The directory is the organisation's own: what it says of its users holds.
        var issuer = _options.Issuer.Length > 0 ? _options.Issuer : _options.Url;
        return new ExternalSignIn(
            new ExternalIdentity(Realm, issuer, user.Subject, user.Mail), user.Mail is not null, user.DisplayName, _options.OrganisationId, _options.Provision,
            _options.GroupMap.Apply(user.Groups, LdapText.NormaliseName));
    }

    private static LdapOptions? Read(IConfiguration configuration) =>
        configuration.GetSection("Auth:Ldap").Get<LdapOptions>() is { Url.Length: > 0 } options ? options : null;

    [LoggerMessage(1, LogLevel.Warning, "The directory cannot be asked: {Reason}")]
    private static partial void LogUnavailable(ILogger logger, string reason);
}
