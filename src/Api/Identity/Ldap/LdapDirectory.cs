using System.DirectoryServices.Protocols;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Threading.RateLimiting;

namespace Platform.Api.Identity.Ldap;

/// <summary>A user of the directory whose password was right.</summary>
public sealed record LdapUser(string Name, string Subject, string? Mail, string? DisplayName, IReadOnlyList<string> Groups);

/// <summary>
/// Asks the directory who somebody is: finds the one entry, then binds as it. The library blocks its thread, so each sign-in has
/// one of its own, only few run at once, and more than a few more do not wait: a slow directory slows nobody else.
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
        Require(options.BindDn.Length > 0 && options.BindPassword.Length > 0, "BindDn and BindPassword are needed");
        Require(options.UserFilter.Contains("{0}", StringComparison.Ordinal), "UserFilter has no {0}");
        Require(!options.Provision || options.OrganisationId is not null, "OrganisationId is needed, or Provision=false");
        Require(options.MaxConcurrent is >= 1 and <= 256 && options.Timeout >= TimeSpan.FromSeconds(1), "MaxConcurrent is 1 to 256, Timeout at least a second");
        LdapLibrary.Configure(_server, options.CaCertificate.Length > 0 ? options.CaCertificate : null, options.Timeout);
        _gate = new ConcurrencyLimiter(new ConcurrencyLimiterOptions { PermitLimit = options.MaxConcurrent, QueueLimit = QueueFactor * options.MaxConcurrent });
    }

    public void Dispose() => _gate.Dispose();

    /// <summary>
    /// Whoever has this subject, by the same search base and filter as a sign-in; null where nobody has, or their account is disabled.
    /// </summary>
    /// <exception cref="LdapUnavailableException">The directory cannot be asked.</exception>
    public Task<LdapUser?> FindAsync(string subject, CancellationToken cancellationToken)
    {
        var value = IsBytes(_options.SubjectAttribute) && Guid.TryParse(subject, out var id) ? LdapText.Escape(id.ToByteArray()) : LdapText.Escape(subject);
        var filter = $"(&({_options.SubjectAttribute}={value}){LdapText.ForAll(_options.UserFilter)})";
        return AskAsync(lookup => Find(lookup, filter) is { } entry ? Describe(lookup, entry) : null, cancellationToken);
    }

    /// <summary>The user; null where there is no such one or the password is wrong.</summary>
    /// <exception cref="LdapUnavailableException">The directory cannot be asked.</exception>
    public async Task<LdapUser?> AuthenticateAsync(string name, string password, CancellationToken cancellationToken)
    {
        // A bind with a name and no password is an anonymous one, which succeeds (RFC 4513, 5.1.2).
        if (password.Length == 0 || string.IsNullOrWhiteSpace(name) || name.Length > 256 || password.Length > 1024 || password.Contains('\0', StringComparison.Ordinal))
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
            throw new LdapUnavailableException("too many sign-ins wait for it");
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
            throw new LdapUnavailableException(exception is LdapException { ErrorCode: var code } ? $"LDAP error {code}" : exception.GetType().Name);
        }
    }

    private LdapUser? Authenticate(LdapConnection lookup, string name, string password)
    {
        var entry = Find(lookup, LdapText.Fill(_options.UserFilter, name));

        // Who does not exist costs a refused bind, too.
        var bound = TryBind(entry?.DistinguishedName ?? $"cn={Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8))},{_options.SearchBase}", password);
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
        catch (DirectoryOperationException exception) when (exception.Response is SearchResponse { ResultCode: ResultCode.SizeLimitExceeded })
        {
            return null; // More than one is nobody.
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
            ResultCode.UnwillingToPerform or ResultCode.ConstraintViolation or ResultCode.InappropriateAuthentication or ResultCode.InsufficientAccessRights or
            ResultCode.InvalidDNSyntax)
        {
            return false; // 49 is invalidCredentials. The others: locked, expired, without a password.
        }
    }

    private LdapUser Describe(LdapConnection lookup, SearchResultEntry entry)
    {
        var subject = Values(entry, _options.SubjectAttribute).FirstOrDefault()
            ?? throw new LdapUnavailableException($"entries have no {_options.SubjectAttribute}, which SubjectAttribute names");
        List<string> groups = [.. Values(entry, _options.GroupsAttribute)];
        if (_options.GroupSearchBase.Length > 0)
        {
            var request = new SearchRequest(
                _options.GroupSearchBase, LdapText.Fill(_options.GroupFilter, entry.DistinguishedName), SearchScope.Subtree, "1.1") { TimeLimit = _options.Timeout };
            groups.AddRange(((SearchResponse)lookup.SendRequest(request, _options.Timeout)).Entries.Cast<SearchResultEntry>().Select(group => group.DistinguishedName));
        }

        return new LdapUser(
            entry.DistinguishedName, subject, Values(entry, _options.MailAttribute).FirstOrDefault(), Values(entry, _options.NameAttribute).FirstOrDefault(), groups);
    }

    private LdapConnection Connect()
    {
        var connection = new LdapConnection(new LdapDirectoryIdentifier(_server.Host, _server.Port, fullyQualifiedDnsHostName: true, connectionless: false))
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

    // Active Directory's mark; other directories take the entry out, or out of the filter.
    private static bool IsDisabled(SearchResultEntry entry) =>
        Values(entry, AccountControl).Any(value => int.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var flags) && (flags & AccountDisabled) != 0);

    private static bool IsBytes(string attribute) => attribute.Equals("objectGUID", StringComparison.OrdinalIgnoreCase);

    // objectGUID and its like are bytes.
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
