using Platform.Api.Identity.External;

namespace Platform.Api.Identity.Oidc;

/// <summary>Settings of one OpenID Connect provider, section <c>Auth:Oidc:{provider}</c>.</summary>
public sealed class OidcOptions
{
    /// <summary>The issuer, whose discovery document says the rest. Known for google, microsoft and salesforce.</summary>
    public string Authority { get; set; } = "";

    public string ClientId { get; set; } = "";

    /// <summary>Empty for a public client, which proves itself by PKCE alone.</summary>
    public string ClientSecret { get; set; } = "";

    public string Scopes { get; set; } = "openid email profile";

    /// <summary>For microsoft: a tenant's id, or <c>organizations</c> for every tenant.</summary>
    public string Tenant { get; set; } = "organizations";

    /// <summary>Where accounts are made for who is not known yet, and whose roles <see cref="RoleMap"/> sets.</summary>
    public Guid? OrganisationId { get; set; }

    /// <summary>Whether an account is made for who is not known yet and has a verified e-mail address.</summary>
    public bool Provision { get; set; }

    /// <summary>Domains of the addresses that accounts are made for; empty for all.</summary>
    public List<string> AllowedEmailDomains { get; } = [];

    /// <summary>The claim that holds the groups, a text or a list of texts.</summary>
    public string RoleClaim { get; set; } = "groups";

    public List<RoleRule> RoleMap { get; } = [];

    /// <summary>Where a browser may be sent back to, compared as a whole.</summary>
    public List<string> AllowedReturnUrls { get; } = [];
}
