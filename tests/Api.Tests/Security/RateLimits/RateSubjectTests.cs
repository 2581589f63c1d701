using System.Net;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Platform.Api.Host;
using Platform.Api.Security;
using Platform.Api.Security.RateLimits;
using Platform.Api.Security.Tokens;

namespace Platform.Api.Tests.Security.RateLimits;

/// <summary>Which requests are counted together.</summary>
public sealed class RateSubjectTests
{
    private static readonly RatePolicies Policies = new(new RateLimitOptions());

    [Theory]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:2:ffff:ffff:ffff:ffff", true)]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:3::1", false)]
    [InlineData("fe80::1%3", "fe80::1%4", true)]
    [InlineData("192.0.2.1", "::ffff:192.0.2.1", true)]
    [InlineData("::ffff:192.0.2.1", "::ffff:192.0.2.2", false)]
    [InlineData("192.0.2.1", "192.0.2.2", false)]
    [InlineData("192.0.2.1", "c000:201::1", false)]
    [InlineData("::1", "0.0.0.0", false)]
    public void V15_3_4_an_address_is_counted_by_the_network_of_one_customer(string one, string other, bool together) =>
        Assert.Equal(together, RateSubject.KeyOf(IPAddress.Parse(one)) == RateSubject.KeyOf(IPAddress.Parse(other)));

    [Fact]
    public void A_connection_without_an_address_is_counted_too() =>
        Assert.NotEqual(RateSubject.KeyOf(IPAddress.Any), RateSubject.KeyOf(null));

    [Fact]
    public void A_signed_in_caller_is_counted_as_a_user_from_any_address()
    {
        var token = Token();
        var one = RateSubject.Of(Request(token, "192.0.2.1"), Policies);
        Assert.Equal("user", one.Policy.Name);
        Assert.Equal(one, RateSubject.Of(Request(token, "192.0.2.2"), Policies));
        Assert.NotEqual(one, RateSubject.Of(Request(Token(), "192.0.2.1"), Policies));
    }

    [Fact]
    public void V6_3_1_signing_in_gives_no_further_password_guesses()
    {
        var guess = Request(Token(), "192.0.2.1", new AllowAnonymousAttribute());
        Assert.Equal(RateSubject.Of(Request(null, "192.0.2.1"), Policies), RateSubject.Of(guess, Policies));
    }

    [Fact]
    public void Only_the_user_of_the_warm_up_is_never_refused()
    {
        var token = Token() with { OrganisationId = WarmUpCaller.Key.OrganisationId, UserId = WarmUpCaller.Key.Id };
        Assert.Equal(int.MaxValue, RateSubject.Of(Request(token, "127.0.0.1"), Policies).Policy.Quota.Requests);
        Assert.Equal("user", RateSubject.Of(Request(token with { OrganisationId = Id() }, "127.0.0.1"), Policies).Policy.Name);
        Assert.Equal("user", RateSubject.Of(Request(token with { UserId = FirstStart.AdminId }, "127.0.0.1"), Policies).Policy.Name);
    }

    [Theory]
    [InlineData(-1, 60, false)]
    [InlineData(0, 60, true)]
    [InlineData(60, 0, false)]
    [InlineData(60, 61, false)]
    [InlineData(60, 1, true)]
    public void Quotas_and_windows_are_checked_at_the_start(int quota, int window, bool valid) =>
        Assert.Equal(valid, new RateLimitOptions { PerUser = quota, Window = window }.AreValid);

    private static DefaultHttpContext Request(AccessToken? token, string address, params object[] metadata)
    {
        var http = new DefaultHttpContext();
        http.Connection.RemoteIpAddress = IPAddress.Parse(address);
        http.SetEndpoint(new Endpoint(null, new EndpointMetadataCollection(metadata), null));
        if (token is not null)
        {
            http.User = new SignedIn(token);
        }

        return http;
    }

    private static AccessToken Token()
    {
        var now = TimeProvider.System.GetUtcNow();
        return new AccessToken(Id(), Id(), Id(), Id(), now, now + TokenOptions.Lifetime, "aal1", now, 0);
    }

    private static Guid Id() => Guid.CreateVersion7(TimeProvider.System.GetUtcNow());
}
