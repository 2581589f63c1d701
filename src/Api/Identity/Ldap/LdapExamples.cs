namespace Platform.Api.Identity.Ldap;

/// <summary>Examples of requests and responses for the API document.</summary>
[Examples]
public static class LdapExamples
{
    public static readonly object[] All =
    [
        new LdapLinkRequest("ada", "correct horse battery"),
    ];
}
