using Platform.Grains.Common.Entities;
using Platform.Grains.Organisations;
using Platform.Organisations;

namespace Platform.Grains.UnitTests.Organisations;

public sealed class OrganisationDecisionsTests
{
    private static readonly DecisionContext Context = new(EntityKey.Of(Caller.Platform), 1, default, new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private static readonly CreateOrganisation Good = new(default, "Ada & Co", OrganisationKind.Enterprise, "EUR", "Europe/Berlin", "de-DE");

    [Fact]
    public void A_new_organisation_is_active()
    {
        var decision = OrganisationDecisions.Create(OrganisationState.None, Good, Context);
        Assert.Equal(OrganisationStatus.Active, decision.Reply?.Status);
    }

    [Theory]
    [InlineData("", "EUR", "Europe/Berlin", "de-DE", "invalid-name")]
    [InlineData("a\nb", "EUR", "Europe/Berlin", "de-DE", "invalid-name")]
    [InlineData("A", "XXX", "Europe/Berlin", "de-DE", "invalid-currency")]
    [InlineData("A", "eur", "Europe/Berlin", "de-DE", "invalid-currency")]
    [InlineData("A", "EUR", "Mars/Olympus", "de-DE", "invalid-time-zone")]
    [InlineData("A", "EUR", "Europe/Berlin", "deutsch!", "invalid-locale")]
    public void Fields_that_are_wrong_are_named(string name, string currency, string zone, string locale, string code)
    {
        var command = Good with { Name = name, Currency = currency, TimeZone = zone, Locale = locale };
        Assert.Equal(code, OrganisationDecisions.Create(OrganisationState.None, command, Context).Error?.Code);
    }

    [Fact]
    public void A_change_for_another_version_is_stale()
    {
        var created = OrganisationDecisions.Create(OrganisationState.None, Good, Context).Events[0];
        var state = OrganisationState.None.Apply(created);
        var next = Context with { NextVersion = 2 };
        Assert.Null(OrganisationDecisions.Update(state, new UpdateOrganisation(default, "B", null, null, 1), next).Error);
        Assert.Equal("version-mismatch", OrganisationDecisions.Update(state, new UpdateOrganisation(default, "B", null, null, 2), next).Error?.Code);
    }
}
