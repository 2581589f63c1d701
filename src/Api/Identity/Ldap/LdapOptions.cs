using Platform.Api.Identity.External;

namespace Platform.Api.Identity.Ldap;

/// <summary>Settings of the directory, section <c>Auth:Ldap</c>. Without Url, there is no directory.</summary>
public sealed class LdapOptions
{
    /// <summary>Reads the settings; returns null if there is no directory.</summary>
    public static LdapOptions? Read(IConfiguration configuration) =>
        configuration.GetSection("Auth:Ldap").Get<LdapOptions>() is { Url.Length: > 0 } options ? options : null;

    /// <summary>
    /// <c>ldaps://host[:port]</c>, or <c>ldap://host[:port]</c> with <see cref="StartTls"/>. Connections are always encrypted.
    /// </summary>
    public string Url { get; set; } = "";

    public bool StartTls { get; set; }

    /// <summary>A PEM file with the authorities to trust for the directory's certificate; empty to trust the system's.</summary>
    public string CaCertificate { get; set; } = "";

    /// <summary>The account used to look up users.</summary>
    public string BindDn { get; set; } = "";

    public string BindPassword { get; set; } = "";

    public string SearchBase { get; set; } = "";

    /// <summary>
    /// Finds one user; {0} is the escaped name that was typed. Active Directory: <c>(|(sAMAccountName={0})(userPrincipalName={0}))</c>.
    /// </summary>
    public string UserFilter { get; set; } = "(|(uid={0})(mail={0}))";

    public string MailAttribute { get; set; } = "mail";

    public string NameAttribute { get; set; } = "cn";

    /// <summary>An attribute that stays the same when a user is renamed or moved. Active Directory: <c>objectGUID</c>.</summary>
    public string SubjectAttribute { get; set; } = "entryUUID";

    /// <summary>The user's attribute that lists their groups, if the directory has one.</summary>
    public string GroupsAttribute { get; set; } = "memberOf";

    /// <summary>Where to search for groups; empty to use only <see cref="GroupsAttribute"/>.</summary>
    public string GroupSearchBase { get; set; } = "";

    /// <summary>
    /// Finds a user's groups; {0} is the user's distinguished name. Nested groups in Active Directory:
    /// <c>(member:1.2.840.113556.1.4.1941:={0})</c>.
    /// </summary>
    public string GroupFilter { get; set; } = "(member={0})";

    /// <summary>Maps distinguished names of groups to roles.</summary>
    public List<RoleRule> GroupMap { get; } = [];

    /// <summary>The organisation in which the first sign-in creates an account.</summary>
    public Guid? OrganisationId { get; set; }

    public bool Provision { get; set; } = true;

    /// <summary>Identifies the directory in links to accounts. Set it before Url changes, so that the links stay valid.</summary>
    public string Issuer { get; set; } = "";

    /// <summary>The timeout of each step.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>The number of sign-ins that query the directory at once.</summary>
    public int MaxConcurrent { get; set; } = 8;
}
