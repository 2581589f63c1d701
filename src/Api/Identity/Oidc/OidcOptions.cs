using Platform.Api.Identity.External;

namespace Platform.Api.Identity.Oidc;

/// <summary>Settings of one OpenID Connect provider, section <c>Auth:Oidc:{provider}</c>.</summary>
public sealed class OidcOptions
{
    /// <summary>The issuer, from which the discovery document is read. Has a default for google, microsoft and salesforce.</summary>
    public string Authority { get; set; } = "";

    public string ClientId { get; set; } = "";

    /// <summary>Empty for a public client, which uses only PKCE.</summary>
    public string ClientSecret { get; set; } = "";

    public string Scopes { get; set; } = "openid email profile";

    /// <summary>For microsoft: a tenant's id, or <c>organizations</c> for every tenant.</summary>
    public string Tenant { get; set; } = "organizations";

    /// <summary>The organisation in which new accounts are created, and in which <see cref="RoleMap"/> sets roles.</summary>
    public Guid? OrganisationId { get; set; }

    /// <summary>Whether an unknown user with a verified e-mail address gets an account.</summary>
    public bool Provision { get; set; }

    /// <summary>The e-mail domains for which accounts are created; empty allows all.</summary>
    public List<string> AllowedEmailDomains { get; } = [];

    /// <summary>The claim that contains the groups, a string or an array of strings.</summary>
    public string RoleClaim { get; set; } = "groups";

    public List<RoleRule> RoleMap { get; } = [];

    /// <summary>The addresses to which a browser may be redirected; they must match exactly.</summary>
    public List<string> AllowedReturnUrls { get; } = [];
}
