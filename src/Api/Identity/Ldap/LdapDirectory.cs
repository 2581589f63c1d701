using System.DirectoryServices.Protocols;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Threading.RateLimiting;

namespace Platform.Api.Identity.Ldap;

/// <summary>A user found in the directory.</summary>
public sealed record LdapUser(string Name, string Subject, string? Mail, string? DisplayName, IReadOnlyList<string> Groups);

/// <summary>
/// Authenticates users against the directory: finds the one matching entry, then binds as it. The library blocks its thread, so each
/// sign-in uses its own thread. Only a few run at once and only some more may wait, so a slow directory does not slow anything else.
/// </summary>
public sealed class LdapDirectory : IDisposable
{
    private const int QueueFactor = 4;
    private const string AccountControl = "userAccountControl";
    private const int AccountDisabled = 2;
    private readonly LdapOptions _options;
    private readonly LdapServer _server;
    private readonly ConcurrencyLimiter _gate;

    public LdapDirectory(LdapOptions options)
    {
        (_options, _server) = (options, new LdapServer(options));
        Require(options.SearchBase.Length > 0, "SearchBase is missing");
        Require(options.BindDn.Length > 0 && options.BindPassword.Length > 0, "BindDn and BindPassword are required");
        Require(options.UserFilter.Contains("{0}", StringComparison.Ordinal), "UserFilter must contain {0}");
        Require(!options.Provision || options.OrganisationId is not null, "OrganisationId is required unless Provision=false");
        Require(
            options.MaxConcurrent is >= 1 and <= 256 && options.Timeout >= TimeSpan.FromSeconds(1),
            "MaxConcurrent must be between 1 and 256, and Timeout at least one second");
        LdapLibrary.Configure(_server, options.CaCertificate.Length > 0 ? options.CaCertificate : null, options.Timeout);
        _gate = new ConcurrencyLimiter(new ConcurrencyLimiterOptions
        {
            PermitLimit = options.MaxConcurrent, QueueLimit = QueueFactor * options.MaxConcurrent,
        });
    }

    public void Dispose() => _gate.Dispose();

    /// <summary>
    /// Finds the user with this subject, with the same search base and filter as a sign-in. Returns null if there is none, or if the
    /// account is disabled.
    /// </summary>
    /// <exception cref="LdapUnavailableException">The directory is unavailable.</exception>
    public Task<LdapUser?> FindAsync(string subject, CancellationToken cancellationToken)
    {
        var value = IsBytes(_options.SubjectAttribute) && Guid.TryParse(subject, out var id)
            ? LdapText.Escape(id.ToByteArray())
            : LdapText.Escape(subject);
        var filter = $"(&({_options.SubjectAttribute}={value}){LdapText.ForAll(_options.UserFilter)})";
        return AskAsync(lookup => Find(lookup, filter) is { } entry ? Describe(lookup, entry) : null, cancellationToken);
    }

    /// <summary>Returns the user, or null if there is none or the password is wrong.</summary>
    /// <exception cref="LdapUnavailableException">The directory is unavailable.</exception>
    public async Task<LdapUser?> AuthenticateAsync(string name, string password, CancellationToken cancellationToken)
    {
        // A bind with a name but no password counts as anonymous and succeeds (RFC 4513, 5.1.2).
        if (password.Length == 0 || string.IsNullOrWhiteSpace(name) || name.Length > 256 || password.Length > 1024 ||
            password.Contains('\0', StringComparison.Ordinal))
        {
            return null;
        }

        return await AskAsync(lookup => Authenticate(lookup, name, password), cancellationToken);
    }

    private async Task<LdapUser?> AskAsync(Func<LdapConnection, LdapUser?> ask, CancellationToken cancellationToken)
    {
        using var permit = await _gate.AcquireAsync(1, cancellationToken);
        if (!permit.IsAcquired)
        {
            throw new LdapUnavailableException("too many sign-ins are waiting for it");
        }

        await _server.ProbeAsync(cancellationToken);
        return await Task.Factory.StartNew(
            () => Ask(ask), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    private LdapUser? Ask(Func<LdapConnection, LdapUser?> ask)
    {
        try
        {
            using var lookup = Connect();
            lookup.Bind(new NetworkCredential(_options.BindDn, _options.BindPassword));
            return ask(lookup);
        }
        catch (DirectoryException exception)
        {
            throw new LdapUnavailableException(
                exception is LdapException { ErrorCode: var code } ? $"LDAP error {code}" : exception.GetType().Name);
        }
    }

    private LdapUser? Authenticate(LdapConnection lookup, string name, string password)
    {
        var entry = Find(lookup, LdapText.Fill(_options.UserFilter, name));

        // Bind for unknown users too, so that timing does not reveal who exists.
        var unknown = $"cn={Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8))},{_options.SearchBase}";
        var bound = TryBind(entry?.DistinguishedName ?? unknown, password);
        return entry is null || !bound ? null : Describe(lookup, entry);
    }

    private SearchResultEntry? Find(LdapConnection lookup, string filter)
    {
        var request = new SearchRequest(
            _options.SearchBase, filter, SearchScope.Subtree,
            _options.MailAttribute, _options.NameAttribute, _options.SubjectAttribute, _options.GroupsAttribute, AccountControl)
        {
            SizeLimit = 2,
            TimeLimit = _options.Timeout,
        };
        try
        {
            var response = (SearchResponse)lookup.SendRequest(request, _options.Timeout);
            return response.Entries.Count == 1 && !IsDisabled(response.Entries[0]) ? response.Entries[0] : null;
        }
        catch (DirectoryOperationException exception)
            when (exception.Response is SearchResponse { ResultCode: ResultCode.SizeLimitExceeded })
        {
            return null; // An ambiguous name is refused.
        }
    }

    private bool TryBind(string distinguishedName, string password)
    {
        using var connection = Connect();
        try
        {
            connection.Bind(new NetworkCredential(distinguishedName, password));
            return true;
        }
        catch (LdapException exception) when ((ResultCode)exception.ErrorCode is (ResultCode)49 or ResultCode.NoSuchObject or
            ResultCode.UnwillingToPerform or ResultCode.ConstraintViolation or ResultCode.InappropriateAuthentication or
            ResultCode.InsufficientAccessRights or ResultCode.InvalidDNSyntax)
        {
            return false; // 49 is invalidCredentials. The others mean that the account is locked, expired or has no password.
        }
    }

    private LdapUser Describe(LdapConnection lookup, SearchResultEntry entry)
    {
        var subject = Values(entry, _options.SubjectAttribute).FirstOrDefault()
            ?? throw new LdapUnavailableException($"the entry lacks {_options.SubjectAttribute}, the configured SubjectAttribute");
        List<string> groups = [.. Values(entry, _options.GroupsAttribute)];
        if (_options.GroupSearchBase.Length > 0)
        {
            var request = new SearchRequest(
                _options.GroupSearchBase, LdapText.Fill(_options.GroupFilter, entry.DistinguishedName), SearchScope.Subtree, "1.1")
            {
                TimeLimit = _options.Timeout,
            };
            var response = (SearchResponse)lookup.SendRequest(request, _options.Timeout);
            groups.AddRange(response.Entries.Cast<SearchResultEntry>().Select(group => group.DistinguishedName));
        }

        return new LdapUser(
            entry.DistinguishedName, subject, Values(entry, _options.MailAttribute).FirstOrDefault(),
            Values(entry, _options.NameAttribute).FirstOrDefault(), groups);
    }

    private LdapConnection Connect()
    {
        var connection = new LdapConnection(
            new LdapDirectoryIdentifier(_server.Host, _server.Port, fullyQualifiedDnsHostName: true, connectionless: false))
        {
            AuthType = AuthType.Basic,
            Timeout = _options.Timeout,
            AutoBind = false,
        };
        try
        {
            var session = connection.SessionOptions;
            session.ProtocolVersion = 3;
            session.ReferralChasing = ReferralChasingOptions.None;
            if (_server.StartsTls)
            {
                session.StartTransportLayerSecurity(null);
            }
            else
            {
                session.SecureSocketLayer = true;
            }

            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    // Only Active Directory has this flag; in other directories, the entry is removed or the filter excludes it.
    private static bool IsDisabled(SearchResultEntry entry) =>
        Values(entry, AccountControl).Any(value =>
            int.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var flags) &&
            (flags & AccountDisabled) != 0);

    private static bool IsBytes(string attribute) => attribute.Equals("objectGUID", StringComparison.OrdinalIgnoreCase);

    // Binary attributes such as objectGUID are read as GUIDs.
    private static IEnumerable<string> Values(SearchResultEntry entry, string name) => !entry.Attributes.Contains(name) ? []
        : IsBytes(name)
            ? entry.Attributes[name].GetValues(typeof(byte[])).Cast<byte[]>().Select(bytes => new Guid(bytes).ToString())
            : entry.Attributes[name].GetValues(typeof(string)).Cast<string>();

    private static void Require(bool holds, string message)
    {
        if (!holds)
        {
            throw new InvalidOperationException($"Auth:Ldap: {message}.");
        }
    }
}
