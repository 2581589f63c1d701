using Platform.Api.Identity.External;

namespace Platform.Api.Identity.Ldap;

/// <summary>Settings of the directory that users sign in with, section <c>Auth:Ldap</c>. There is none without Url.</summary>
public sealed class LdapOptions
{
    /// <summary>The settings; null where there is no directory.</summary>
    public static LdapOptions? Read(IConfiguration configuration) =>
        configuration.GetSection("Auth:Ldap").Get<LdapOptions>() is { Url.Length: > 0 } options ? options : null;

    /// <summary><c>ldaps://host[:port]</c>, or <c>ldap://host[:port]</c> with <see cref="StartTls"/>. Nothing goes unencrypted.</summary>
    public string Url { get; set; } = "";

    public bool StartTls { get; set; }

    /// <summary>A PEM file with the authorities that the directory's certificate may come from; empty for the system's.</summary>
    public string CaCertificate { get; set; } = "";

    /// <summary>Who looks users up.</summary>
    public string BindDn { get; set; } = "";

    public string BindPassword { get; set; } = "";

    public string SearchBase { get; set; } = "";

    /// <summary>Finds one user; {0} is what was typed, escaped. Active Directory: <c>(|(sAMAccountName={0})(userPrincipalName={0}))</c>.</summary>
    public string UserFilter { get; set; } = "(|(uid={0})(mail={0}))";

    public string MailAttribute { get; set; } = "mail";

    public string NameAttribute { get; set; } = "cn";

    /// <summary>What stays the same when a user is renamed or moved. Active Directory: <c>objectGUID</c>.</summary>
    public string SubjectAttribute { get; set; } = "entryUUID";

    /// <summary>The user's attribute that names their groups, where the directory keeps one.</summary>
    public string GroupsAttribute { get; set; } = "memberOf";

    /// <summary>Where groups are searched; empty to rely on <see cref="GroupsAttribute"/>.</summary>
    public string GroupSearchBase { get; set; } = "";

    /// <summary>Finds a user's groups; {0} is the user's name. Nested groups of Active Directory: <c>(member:1.2.840.113556.1.4.1941:={0})</c>.</summary>
    public string GroupFilter { get; set; } = "(member={0})";

    /// <summary>From the distinguished name of a group to a role.</summary>
    public List<RoleRule> GroupMap { get; } = [];

    /// <summary>Where accounts are made at the first sign-in.</summary>
    public Guid? OrganisationId { get; set; }

    public bool Provision { get; set; } = true;

    /// <summary>Names the directory in links to accounts. To be kept when Url changes.</summary>
    public string Issuer { get; set; } = "";

    /// <summary>How long one step may take.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How many sign-ins ask the directory at once.</summary>
    public int MaxConcurrent { get; set; } = 8;
}
