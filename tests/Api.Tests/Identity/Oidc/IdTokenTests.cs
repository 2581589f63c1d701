using Platform.Api.Tests.Identity.External;

namespace Platform.Api.Tests.Identity.Oidc;

/// <summary>ID tokens of a hostile provider, over HTTP. Test names begin with the requirement of OWASP ASVS 5.0.</summary>
[Collection(SsoCollection.Name)]
public sealed class IdTokenTests(SsoFixture sso)
{
    [Theory]
    [InlineData("truth")]
    [InlineData("own-party")]
    public async Task A_valid_token_is_accepted(string lie) => (await AnswerAsync(lie)).IsProblem(403, "no-account");

    [Theory]
    [InlineData("altered")]
    [InlineData("alg-none-with-signature")]
    public Task V9_1_1_a_token_with_a_wrong_signature_is_refused(string lie) => IsRefusedAsync(lie);

    [Theory]
    [InlineData("alg-none")]
    [InlineData("hs256")]
    [InlineData("rs512")]
    [InlineData("critical-header")]
    public Task V9_1_2_algorithms_are_an_allow_list_without_none_and_without_the_public_key_as_a_secret(string lie) => IsRefusedAsync(lie);

    [Theory]
    [InlineData("unknown-key")]
    [InlineData("key-in-header")]
    [InlineData("key-of-stranger")]
    public async Task V9_1_3_keys_named_by_the_token_itself_are_not_fetched_nor_used(string lie)
    {
        var reads = sso.Hostile.KeyReads;
        await IsRefusedAsync(lie);
        await IsRefusedAsync(lie);
        await IsRefusedAsync(lie);
        Assert.Equal(0, sso.Hostile.ForeignKeyReads);

        // The provider's own keys are read at first, and once more per half minute for an unknown id.
        Assert.InRange(sso.Hostile.KeyReads - reads, 0, 3);
    }

    [Theory]
    [InlineData("expired")]
    [InlineData("future")]
    [InlineData("old")]
    [InlineData("no-expiry")]
    public Task V9_2_1_a_token_outside_its_time_is_refused(string lie) => IsRefusedAsync(lie);

    [Theory]
    [InlineData("other-nonce")]
    [InlineData("no-nonce")]
    public Task V10_5_1_a_token_of_another_sign_in_is_refused_by_its_nonce(string lie) => IsRefusedAsync(lie);

    [Theory]
    [InlineData("no-subject")]
    [InlineData("doubled-claim")]
    public Task V10_5_2_a_token_without_one_subject_is_refused(string lie) => IsRefusedAsync(lie);

    [Fact]
    public Task V10_5_3_a_token_of_another_issuer_is_refused() => IsRefusedAsync("other-issuer");

    [Fact]
    public async Task V10_5_3_a_provider_whose_metadata_names_another_issuer_is_not_used() =>
        (await sso.SendAsync(HttpMethod.Get, "/api/v1/auth/oidc/impostor/start")).IsProblem(503, "provider-unavailable");

    [Theory]
    [InlineData("other-audience")]
    [InlineData("several-audiences")]
    [InlineData("other-party")]
    public Task V10_5_4_a_token_for_another_client_is_refused(string lie) => IsRefusedAsync(lie);

    [Fact]
    public Task V10_5_4_a_token_for_another_access_token_is_refused() => IsRefusedAsync("other-access-token");

    [Theory]
    [InlineData(null)]
    [InlineData("https://accounts.google.com")]
    [InlineData("")]
    public async Task V10_2_2_a_response_without_the_issuer_that_was_asked_is_refused(string? issuer) =>
        (await AnswerAsync("truth", issuer, own: false)).IsProblem(401, "invalid-issuer");

    [Fact]
    public async Task Text_from_the_provider_is_never_shown()
    {
        var refused = (await AnswerAsync("error")).IsProblem(401, "sign-on-refused");
        Assert.DoesNotContain("raw text", refused.Body, StringComparison.Ordinal);
        (await AnswerAsync("broken")).IsProblem(503, "provider-unavailable");
        (await AnswerAsync("down")).IsProblem(503, "provider-unavailable");
    }

    private async Task IsRefusedAsync(string lie) => (await AnswerAsync(lie)).IsProblem(401, "invalid-id-token");

    private Task<Answer> AnswerAsync(string lie) => AnswerAsync(lie, null, own: true);

    // Runs a whole sign-in in which the provider tells the given lie.
    private async Task<Answer> AnswerAsync(string lie, string? issuer, bool own)
    {
        using var browser = new Browser(sso);
        var sent = await browser.StartAsync("hostile");
        var sentIssuer = own ? sso.Hostile.Issuer : issuer;
        return await browser.GetAsync(new Uri(
            $"/api/v1/auth/oidc/hostile/callback?state={Browser.Query(sent, "state")}&code={lie}~{Browser.Query(sent, "nonce")}" +
            (sentIssuer is null ? "" : $"&iss={Uri.EscapeDataString(sentIssuer)}"),
            UriKind.Relative));
    }
}
