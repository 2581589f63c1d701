using System.Net;
using System.Text;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Platform.Api.Http;
using Platform.Api.Identity.Ldap;
using Platform.Api.Identity.Oidc;

namespace Platform.Api.Tests.Identity.External;

/// <summary>Checks the settings of providers and the directory: unsafe ones abort the start.</summary>
public sealed class SsoSettingsTests
{
    private const string Organisation = "01932f3a-7c00-7000-8000-0000000000a1";

    [Theory]
    [InlineData("google", "https://accounts.google.com/", true)]
    [InlineData("salesforce", "https://login.salesforce.com/", true)]
    [InlineData("microsoft", "https://login.microsoftonline.com/organizations/v2.0", true)]
    public void A_known_provider_needs_only_a_client(string name, string authority, bool shared)
    {
        var provider = Providers((name, "ClientId", "id")).Find(name)!;
        Assert.Equal(authority, provider.Authority.AbsoluteUri);
        Assert.Equal(shared, provider.IsShared);
    }

    [Theory]
    [InlineData("Authority", "http://accounts.example.test", "https")]
    [InlineData("Authority", "no address", "address")]
    [InlineData("ClientId", "", "ClientId")]
    [InlineData("Scopes", "email", "openid")]
    [InlineData("Provision", "true", "OrganisationId")]
    [InlineData("AllowedReturnUrls:0", "http://app.example.test/", "https")]
    [InlineData("AllowedReturnUrls:0", "https://app.example.test/#x", "fragment")]
    [InlineData("AllowedReturnUrls:0", "/relative", "https")]
    public void Unsafe_settings_are_refused(string setting, string value, string why)
    {
        var refused = Assert.Throws<InvalidOperationException>(() => Providers(
            ("own", "Authority", "https://accounts.example.test"), ("own", "ClientId", "id"), ("own", setting, value)));
        Assert.Contains(why, refused.Message, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("google")]
    [InlineData("microsoft")]
    public void A_shared_provider_creates_accounts_only_for_listed_domains(string name)
    {
        (string, string, string)[] settings =
            [(name, "ClientId", "id"), (name, "Provision", "true"), (name, "OrganisationId", Organisation)];
        Assert.Throws<InvalidOperationException>(() => Providers(settings));
        Assert.NotNull(Providers([.. settings, (name, "AllowedEmailDomains:0", "example.test")]).Find(name));
    }

    [Fact]
    public async Task A_templated_issuer_is_accepted_only_from_microsoft()
    {
        var everyone = Providers(("microsoft", "ClientId", "id")).Find("microsoft")!;
        var one = Providers(("microsoft", "ClientId", "id"), ("microsoft", "Tenant", Organisation)).Find("microsoft")!;
        Assert.True(everyone.IsTemplated);
        Assert.False(one.IsTemplated);
        const string Template = "https://login.microsoftonline.com/{tenantid}/v2.0";
        Assert.Equal(Template, (await MetadataAsync(everyone, Template)).Issuer);
        await Assert.ThrowsAsync<ProblemException>(() => MetadataAsync(everyone, "https://login.example.test/{tenantid}/v2.0"));
        await Assert.ThrowsAsync<ProblemException>(() => MetadataAsync(one, Template));
        Assert.Equal(one.Authority.AbsoluteUri, (await MetadataAsync(one, one.Authority.AbsoluteUri)).Issuer);
    }

    [Fact]
    public async Task A_remote_provider_must_not_list_an_address_without_tls()
    {
        var provider = Providers(("google", "ClientId", "id")).Find("google")!;
        await Assert.ThrowsAsync<ProblemException>(
            () => MetadataAsync(provider, "https://accounts.google.com", "http://accounts.google.com"));
        Assert.Equal("https://accounts.google.com", (await MetadataAsync(provider, "https://accounts.google.com")).Issuer);
    }

    [Theory]
    [InlineData("ldap://127.0.0.1", false)]
    [InlineData("ldaps://127.0.0.1", true)]
    [InlineData("http://127.0.0.1", false)]
    [InlineData("127.0.0.1", false)]
    public void A_directory_is_never_queried_without_tls(string url, bool startTls) =>
        Assert.Throws<InvalidOperationException>(() => new LdapServer(new LdapOptions { Url = url, StartTls = startTls }));

    [Theory]
    [InlineData("ada", "ada")]
    [InlineData("*", "\\2a")]
    [InlineData("a)(b", "a\\29\\28b")]
    [InlineData("a\\b", "a\\5cb")]
    [InlineData("a\0b", "a\\00b")]
    [InlineData("ä", "\\c3\\a4")]
    [InlineData("a/b|&!<>~", "a\\2fb\\7c\\26\\21\\3c\\3e\\7e")]
    public void V1_2_6_a_value_in_a_filter_is_escaped(string value, string escaped) =>
        Assert.Equal($"(uid={escaped})", LdapText.Fill("(uid={0})", value));

    [Theory]
    [InlineData("CN=Managers, OU=Groups , DC = example", "cn=managers,ou=groups,dc=example")]
    [InlineData(" cn=a b,dc=x ", "cn=a b,dc=x")]
    [InlineData("cn=a\\, b,dc=x", "cn=a\\, b,dc=x")]
    public void Group_names_are_compared_ignoring_case_and_spaces(string name, string normal) =>
        Assert.Equal(normal, LdapText.NormaliseName(name));

    // If a setting is given twice, the last value counts.
    private static OidcProviders Providers(params (string Provider, string Setting, string Value)[] settings)
    {
        var configuration = new ConfigurationManager();
        foreach (var (provider, setting, value) in settings)
        {
            configuration[$"Auth:Oidc:{provider}:{setting}"] = value;
        }

        return new OidcProviders(configuration);
    }

    private static async Task<OpenIdConnectConfiguration> MetadataAsync(
        OidcProvider provider, string issuer, string tokens = "https://tokens.example.test")
    {
        using var transport = new Canned($$"""
            {"issuer":"{{issuer}}","authorization_endpoint":"https://a.example.test/","token_endpoint":"{{tokens}}",
             "jwks_uri":"https://k.example.test/","keys":[],"id_token_signing_alg_values_supported":["RS256"]}
            """);
        using var client = new OidcClient(transport, NullLogger<OidcClient>.Instance);
        return await new OidcDiscovery(client, NullLogger<OidcDiscovery>.Instance).GetAsync(provider, CancellationToken.None);
    }

    private sealed class Canned(string body) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(
                new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent(body, Encoding.UTF8, "application/json") });
    }
}
