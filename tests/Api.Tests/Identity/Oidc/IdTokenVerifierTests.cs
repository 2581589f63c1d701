using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Platform.Api.Http;
using Platform.Api.Identity.Oidc;

namespace Platform.Api.Tests.Identity.Oidc;

/// <summary>ID tokens, key sets and key changes that a real provider would not produce on demand.</summary>
public sealed class IdTokenVerifierTests : IDisposable
{
    private const string Tenant = "7c2a1f0e-4b7d-4d57-9a55-3c8e1f2d0a11";
    private const string OtherTenant = "99999999-4b7d-4d57-9a55-3c8e1f2d0a11";

    private static readonly RSA First = RSA.Create(2048);
    private static readonly RSA Second = RSA.Create(2048);
    private readonly CannedProvider _provider = new();
    private readonly Lines _log = new();
    private IdTokenVerifier? _verifier;

    public void Dispose() => _provider.Dispose();

    [Fact]
    public async Task A_new_key_of_the_provider_is_read_with_the_first_token_it_signed()
    {
        _provider.Keys.Add(CannedProvider.Public(First, "1"));
        await IsBelievedAsync(_provider.Sign(First, "1"));
        _provider.Keys[0] = CannedProvider.Public(Second, "2");
        await IsBelievedAsync(_provider.Sign(Second, "2"));

        // Conversely, a removed key is no longer accepted, though it was valid a moment ago.
        await IsRefusedAsync(_provider.Sign(First, "1"));
    }

    [Fact]
    public async Task Tokens_with_invented_keys_do_not_trigger_a_request_each_time()
    {
        _provider.Keys.Add(CannedProvider.Public(First, "1"));
        for (var token = 0; token < 20; token++)
        {
            await IsRefusedAsync(_provider.Sign(Second, $"invented-{token}"));
        }

        Assert.Equal(2, _provider.KeyReads); // Once at first, and once for the first unknown key.
    }

    [Fact]
    public async Task Cached_keys_stay_valid_while_the_provider_is_down()
    {
        _provider.Keys.Add(CannedProvider.Public(First, "1"));
        await IsBelievedAsync(_provider.Sign(First, "1"));
        _provider.IsDown = true;
        await IsRefusedAsync(_provider.Sign(Second, "2"));
        await IsBelievedAsync(_provider.Sign(First, "1"));
    }

    [Fact]
    public async Task A_provider_that_never_responded_is_reported_as_unavailable()
    {
        _provider.IsDown = true;
        Assert.Equal("provider-unavailable", (await ProblemAsync(_provider.Sign(First, "1"))).Code);
    }

    [Theory]
    [InlineData("use", "enc")]
    [InlineData("alg", "RS512")]
    [InlineData("alg", "PS256")]
    [InlineData("kty", "oct")]
    [InlineData("n", "not base64!")]
    public async Task A_key_for_another_use_is_not_accepted(string member, string value)
    {
        _provider.Keys.Add(CannedProvider.Public(First, "1"));
        await IsBelievedAsync(_provider.Sign(First, "1"));
        _verifier = null;
        _provider.Keys[0][member] = value;
        await IsRefusedAsync(_provider.Sign(First, "1"));
    }

    [Fact]
    public async Task Weak_keys_and_other_curves_are_not_accepted()
    {
        using var weak = RSA.Create(1024);
        using var good = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        _provider.Keys.Add(CannedProvider.Public(weak, "weak"));
        _provider.Keys.Add(CannedProvider.Public(good, "P-256", "good"));
        _provider.Keys.Add(CannedProvider.Public(other, "P-384", "other"));
        await IsRefusedAsync(_provider.Sign(weak, "weak"));
        await IsBelievedAsync(_provider.Sign(good, "good"));
        await IsRefusedAsync(_provider.Sign(other, "other"));
    }

    [Fact]
    public async Task A_key_id_shared_by_two_keys_and_an_ambiguous_missing_one_are_refused()
    {
        _provider.Keys.Add(CannedProvider.Public(First, "1"));
        await IsBelievedAsync(_provider.Sign(First, null)); // The only key.
        _verifier = null;
        _provider.Keys.Add(CannedProvider.Public(Second, "2"));
        await IsRefusedAsync(_provider.Sign(First, null));
        _provider.Keys[1] = CannedProvider.Public(Second, "1");
        _verifier = null;
        await IsRefusedAsync(_provider.Sign(First, "1"));
    }

    [Fact]
    public async Task The_certificate_of_a_key_is_not_used_in_its_place()
    {
        var key = CannedProvider.Public(First, "1");
        using var certificate = new CertificateRequest("CN=other", Second, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            .CreateSelfSigned(TimeProvider.System.GetUtcNow().AddDays(-1), TimeProvider.System.GetUtcNow().AddDays(1));
        key["x5c"] = new JsonArray(Convert.ToBase64String(certificate.RawData));
        _provider.Keys.Add(key);
        await IsRefusedAsync(_provider.Sign(Second, "1"));
        await IsBelievedAsync(_provider.Sign(First, "1"));
    }

    [Theory]
    [InlineData("""{"alg":"RS256","kid":"1","kid":"1"}""", null)]
    [InlineData("""{"alg":"RS256","kid":"1","crit":["exp"]}""", null)]
    [InlineData("""["RS256"]""", null)]
    [InlineData(null, """{"sub":"a","sub":"b"}""")]
    [InlineData(null, """{"a":[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]}""")]
    [InlineData(null, "null")]
    public async Task A_malformed_token_is_refused(string? header, string? claims)
    {
        _provider.Keys.Add(CannedProvider.Public(First, "1"));
        await IsRefusedAsync(
            CannedProvider.Sign(First, header ?? """{"alg":"RS256","kid":"1"}""", claims ?? _provider.Claims.ToJsonString()));
    }

    [Fact]
    public async Task A_padded_truncated_or_too_long_token_is_refused()
    {
        _provider.Keys.Add(CannedProvider.Public(First, "1"));
        var good = _provider.Sign(First, "1");
        await IsBelievedAsync(good);
        await IsRefusedAsync(good + "=");
        await IsRefusedAsync(good[..^4]);
        await IsRefusedAsync(good + ".");
        await IsRefusedAsync(good[..good.LastIndexOf('.')] + ".");
        _provider.Claims["padding"] = new string('x', 16 * 1024);
        await IsRefusedAsync(_provider.Sign(First, "1"));
    }

    [Theory]
    [InlineData("iat", null)]
    [InlineData("iat", "-700")]
    [InlineData("iat", "40")]
    [InlineData("exp", null)]
    [InlineData("exp", "-40")]
    [InlineData("nbf", "40")]
    public async Task A_missing_or_invalid_time_is_refused(string claim, string? seconds)
    {
        _provider.Keys.Add(CannedProvider.Public(First, "1"));
        _provider.Claims[claim] = seconds is null
            ? "soon"
            : TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() + long.Parse(seconds, null);
        await IsRefusedAsync(_provider.Sign(First, "1"));
    }

    [Fact]
    public async Task The_log_of_a_refusal_contains_no_personal_data()
    {
        _provider.Keys.Add(CannedProvider.Public(First, "1"));
        _provider.Claims["aud"] = "another-client-9b1c";
        var token = _provider.Sign(First, "1");
        await IsRefusedAsync(token);
        var line = Assert.Single(_log.Written);
        Assert.Contains("canned", line, StringComparison.Ordinal);
        Assert.All(["ada", "another-client", token[..20]], secret => Assert.DoesNotContain(secret, line, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(Tenant, Tenant, "{tenantid}", true)]
    [InlineData(Tenant, Tenant, Tenant, true)]
    [InlineData(Tenant, Tenant, OtherTenant, false)]
    [InlineData(Tenant, OtherTenant, "{tenantid}", false)]
    [InlineData("{tenantid}", "{tenantid}", "{tenantid}", false)]
    [InlineData("{tenantid}", null, "{tenantid}", false)]
    [InlineData("organizations", "organizations", "{tenantid}", false)]
    public async Task A_token_of_Microsoft_must_match_its_tenant_and_be_signed_with_a_key_of_that_tenant(
        string issuerTenant, string? tid, string keyTenant, bool believed)
    {
        using var microsoft = new CannedProvider("microsoft", authority: null);
        var key = CannedProvider.Public(First, "1");
        key["issuer"] = $"https://login.microsoftonline.com/{keyTenant}/v2.0";
        microsoft.Keys.Add(key);
        (microsoft.Claims["iss"], microsoft.Claims["tid"]) = ($"https://login.microsoftonline.com/{issuerTenant}/v2.0", tid);
        var verify = VerifyAsync(microsoft, Verifier(microsoft), microsoft.Sign(First, "1"));
        if (believed)
        {
            Assert.Equal($"https://login.microsoftonline.com/{tid}/v2.0", (await verify).Issuer);
        }
        else
        {
            Assert.Equal("invalid-id-token", (await Assert.ThrowsAsync<ProblemException>(() => verify)).Problem.Code);
        }
    }

    private async Task IsBelievedAsync(string token)
    {
        var verified = await VerifyAsync(_provider, _verifier ??= Verifier(_provider), token);
        Assert.Equal(("https://login.example.test", "ada-4711"), (verified.Issuer, verified.Subject));
    }

    private async Task IsRefusedAsync(string token) => Assert.Equal("invalid-id-token", (await ProblemAsync(token)).Code);

    private async Task<Problem> ProblemAsync(string token) =>
        (await Assert.ThrowsAsync<ProblemException>(() => VerifyAsync(_provider, _verifier ??= Verifier(_provider), token))).Problem;

    private static Task<IdToken> VerifyAsync(CannedProvider provider, IdTokenVerifier verifier, string token) =>
        verifier.VerifyAsync(provider.Provider, token, CannedProvider.Nonce, "an-access-token", CancellationToken.None);

    // A new verifier, without cached data of the provider.
    private IdTokenVerifier Verifier(CannedProvider provider)
    {
#pragma warning disable CA2000 // The provider is disposed elsewhere, and the client holds nothing else.
        var client = new OidcClient(provider, NullLogger<OidcClient>.Instance);
#pragma warning restore CA2000
        return new IdTokenVerifier(new OidcDiscovery(client, NullLogger<OidcDiscovery>.Instance), TimeProvider.System, _log);
    }

    private sealed class Lines : ILogger<IdTokenVerifier>
    {
        public ConcurrentQueue<string> Written { get; } = new();

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Written.Enqueue($"{formatter(state, exception)} {exception}");
    }
}
