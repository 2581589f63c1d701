using Platform.Api.Common;
using Platform.Identity;

namespace Platform.Api.Auth.Ldap;

/// <summary>Signs users of the directory in, and links them to accounts that stand.</summary>
public sealed partial class LdapSignIn(IConfiguration configuration, ExternalAccounts accounts, SignIn signIn, ILogger<LdapSignIn> logger) : IDisposable
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
        var owner = await accounts.ResolveAsync(await AskAsync(realm, name, password, http.RequestAborted), http.RequestAborted);
        return owner.IsSuccess ? await signIn.CompleteAsync(http, owner.Value.OrganisationId, owner.Value.UserId, Realm) : Reply.Refused(owner);
    }

    /// <summary>Links the directory's user with this name and password to a user who is signed in.</summary>
    public async Task<Result<LoginOwner>> LinkAsync(string name, string password, LoginOwner user, CancellationToken cancellationToken) =>
        await accounts.LinkAsync((await AskAsync(Realm, name, password, cancellationToken)).Identity, user);

    private async Task<ExternalSignIn> AskAsync(string realm, string name, string password, CancellationToken cancellationToken)
    {
        if (realm != Realm || _directory is null || _options is null)
        {
            throw new ProblemException(UnknownRealm);
        }

        LdapUser? user;
        try
        {
            user = await _directory.AuthenticateAsync(name, password, cancellationToken);
        }
        catch (LdapUnavailableException exception)
        {
            LogUnavailable(logger, exception.Message);
            throw new ProblemException(Unavailable);
        }

        if (user is null)
        {
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
