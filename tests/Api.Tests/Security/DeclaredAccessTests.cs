using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Platform.Access;
using Platform.Api.Http;
using Platform.Api.Security;
using Platform.Api.Security.Access;

namespace Platform.Api.Tests.Security;

/// <summary>A route that does not declare its access completely stops the start.</summary>
public sealed class DeclaredAccessTests
{
    [Theory]
    [InlineData("POST", "users:write")]
    [InlineData("DELETE", "service-accounts:write")]
    [InlineData("PUT", "wallets:limits")]
    [InlineData("GET", "audit:export")]
    [InlineData("GET", "platform:support")]
    [InlineData(null, "access:grant")]
    public void A_route_whose_permission_gives_power_says_whether_it_needs_a_recent_proof(string? method, string permission)
    {
        var need = new PermissionNeed(permission);
        Assert.Contains("gives power", Assert.Single(FaultsOf(method, need)), StringComparison.Ordinal);
        Assert.Empty(FaultsOf(method, need, new StepUpNeed()));
        Assert.Empty(FaultsOf(method, need, new StepUpNeed("requireMfa")));
        Assert.Empty(FaultsOf(method, need, new NoStepUpMark("It takes away and gives nothing.")));
        Assert.Single(FaultsOf(method, need, new StepUpNeed(), new NoStepUpMark("a contradiction")));
    }

    [Theory]
    [InlineData("GET", "users:write")]
    [InlineData("POST", "wallets:charge")]
    [InlineData("GET", "audit:read")]
    public void A_route_that_gives_no_power_needs_no_step_up_declaration(string method, string permission) =>
        Assert.Empty(FaultsOf(method, new PermissionNeed(permission)));

    [Fact]
    public void A_route_declares_who_may_call_it_with_existing_permissions()
    {
        Assert.Single(FaultsOf("GET"));
        Assert.Empty(FaultsOf("GET", new SignedInMark()));
        Assert.Single(FaultsOf("GET", new PermissionNeed("unicorns:ride")));

        // No permission that a service account's scope could be checked for.
        Assert.Single(FaultsOf("POST", new SignedInMark(), new StepUpNeed()));
        Assert.Empty(FaultsOf("POST", new SignedInMark(), new UsersOnlyMark(), new StepUpNeed()));
    }

    [Fact]
    public void A_handler_that_takes_a_call_allows_no_anonymous_callers()
    {
        Assert.Empty(FaultsOf("GET", new SignedInMark(), new TakesCallMark()));
        var fault = Assert.Single(FaultsOf("GET", new AllowAnonymousAttribute(), new TakesCallMark()));
        Assert.Contains("Call", fault, StringComparison.Ordinal);
    }

    [Fact]
    public void Only_a_route_that_moves_money_is_marked_as_audited()
    {
        Assert.Empty(FaultsOf("POST", new SignedInMark(), new MovesMoneyMark(), new AuditedMark()));
        Assert.Contains("audited", Assert.Single(FaultsOf("POST", new SignedInMark(), new AuditedMark())), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_permission_that_reaches_into_rights_gives_power()
    {
        string[] money = ["wallets:deposit", "wallets:charge", "wallets:transfer", "wallets:adjust", "activity-types:write"];
        string[] reading = ["access:read", "audit:read", "platform:read"];
        Assert.Equal(
            money.Concat(reading).Order(StringComparer.Ordinal),
            PermissionCatalogue.All.Where(permission => permission is { Sensitive: true, Class: PermissionClass.Ordinary })
                .Select(permission => permission.Code).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData(null, 300)]
    [InlineData("00:00:30", 30)]
    public void The_maximum_age_of_a_sign_in_is_configurable(string? value, int seconds) =>
        Assert.Equal(seconds, OptionsOf(value).Value.StepUpAge.TotalSeconds);

    [Theory]
    [InlineData("00:00:00")]
    [InlineData("1.00:00:00")]
    public void A_sign_in_that_is_valid_for_ever_or_never_is_refused(string value) =>
        Assert.Throws<OptionsValidationException>(() => OptionsOf(value).Value);

    private static IOptions<StepUpOptions> OptionsOf(string? age)
    {
        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder()
            .AddInMemoryCollection(age is null ? [] : new Dictionary<string, string?> { ["Auth:StepUpAge"] = age }).Build());
        AccessHosting.Add(services);
        return services.BuildServiceProvider().GetRequiredService<IOptions<StepUpOptions>>();
    }

    private static IReadOnlyList<string> FaultsOf(string? method, params object[] metadata) => DeclaredAccess.FaultsOf(
    [
        new RouteEndpoint(
            _ => Task.CompletedTask, RoutePatternFactory.Parse("/api/v1/new"), 0,
            new EndpointMetadataCollection([.. metadata, .. method is null ? [] : new object[] { new HttpMethodMetadata([method]) }]),
            "a new route"),
    ]);
}
