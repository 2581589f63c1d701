using Platform.Grains.Access;
using Platform.Grains.Engine.Entities;
using Platform.Grains.Identity;
using Platform.Grains.Organisations;
using Platform.Identity;
using Platform.Organisations;

namespace Platform.Grains.UnitTests.Common;

/// <summary>Names that others see must not contain hidden or reordering characters.</summary>
public sealed class NameTests
{
    private static readonly DecisionContext Context =
        new(EntityKey.Of(Caller.Platform), 2, default, new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));

    [Theory]
    [InlineData("Ada Lovelace")]
    [InlineData("Jos\u00E9 \u4E2D\u6587 \u0410\u043D\u043D\u0430")]
    [InlineData("O'Neill & S\u00F6hne, 3rd (\u20AC)")]
    [InlineData("\u0645\u06CC\u200C\u062E\u0648\u0627\u0647\u0645")] // Persian with a non-joiner.
    [InlineData("\u0915\u094D\u200D\u0937")] // Devanagari with a joiner.
    [InlineData("Ada \U0001F469\u200D\U0001F4BB")] // A woman at a computer.
    [InlineData("\U0001F469\U0001F3FD\u200D\U0001F4BB")] // The same with a skin tone.
    [InlineData("\u2764\uFE0F\u200D\U0001F525 and 1\uFE0F\u20E3")]
    [InlineData("\u845B\U000E0100\u57CE")] // A variant of a Han character.
    [InlineData("\u5C71\u7530\u3000\u592A\u90CE")] // With an ideographic space.
    public void A_name_can_have_letters_and_emoji_of_all_scripts(string name) => Assert.True(Text.IsName(name));

    [Theory]
    [InlineData("")]
    [InlineData("  ")]
    [InlineData("\u3000\u00A0")]
    [InlineData("\u2800")] // The Braille blank.
    [InlineData("\u3164")] // The Hangul filler.
    [InlineData("\u0301")]
    [InlineData("Ada\u202Egnp.exe")]
    [InlineData("Ada\u2066x\u2069")]
    [InlineData("Ada\u200F")]
    [InlineData("A\u200Bda")]
    [InlineData("A\u200Dda")]
    [InlineData("A\u200Cda")]
    [InlineData("\u0645\u06CC\u200C")]
    [InlineData("\u200DAda")]
    [InlineData("A\u00ADda")]
    [InlineData("A\uFEFFda")]
    [InlineData("A\uFE0Fda")]
    [InlineData("Ada\u2028Lovelace")]
    [InlineData("Ada\nLovelace")]
    [InlineData("Ada\tLovelace")]
    [InlineData("Ada\u0085")]
    [InlineData("Ada\uE000")]
    [InlineData("Ada\U000E0041")]
    [InlineData("Ada\uFFFF")]
    public void A_name_with_hidden_reordering_or_only_invisible_characters_is_refused(string name) => Assert.False(Text.IsName(name));

    [Fact]
    public void A_name_is_trimmed_and_composed()
    {
        Assert.Equal("Jos\u00E9", Text.NameOf(" Jose\u0301\u3000"));
        var created = OrganisationDecisions.Create(
            OrganisationState.None, new CreateOrganisation(default, " Jose\u0301 ", OrganisationKind.Enterprise, "EUR", "UTC", "de-DE"),
            Context);
        Assert.Equal("Jos\u00E9", Assert.IsType<OrganisationCreated>(Assert.Single(created.Events)).Name);
    }

    [Fact]
    public void The_length_of_a_name_is_that_of_its_normalised_form()
    {
        Assert.True(Text.IsName(string.Concat(Enumerable.Repeat("e\u0301", 200))));
        Assert.False(Text.IsName(new string('a', 201)));
        Assert.False(Text.IsName("Ada\uD83D")); // Half a surrogate pair.
    }

    [Fact]
    public void Names_accepted_by_earlier_builds_still_fold_and_do_not_block_other_changes()
    {
        const string Old = "Ada\u202Egnp";
        var user = UserState.None.Apply(new UserRegistered("a\u200Bda@example.test", Old, UserTier.Enterprise, "hash", null, Context.Now));
        var update = new UpdateProfile(default, null, new UserProfile("de"), null);
        Assert.Equal(
            Old, Assert.IsType<ProfileUpdated>(Assert.Single(UserDecisions.UpdateProfile(user, update, Context).Events)).DisplayName);
        Assert.Equal("invalid-display-name", UserDecisions.UpdateProfile(user, update with { DisplayName = Old }, Context).Error?.Code);

        var organisation = OrganisationState.None.Apply(
            new OrganisationCreated(Old, OrganisationKind.Enterprise, "EUR", "UTC", "de-DE", Context.Now));
        Assert.Null(
            OrganisationDecisions.Update(organisation, new UpdateOrganisation(default, null, "Europe/Berlin", null, null), Context).Error);

        var roles = AccessState.Empty.Apply(new RoleSet("old", Old, ["wallets:read"]));
        Assert.Null(
            AccessDecisions.Update(roles, new Platform.Access.UpdateRole(default, "old", null, ["users:read"], null), Context).Error);
        Assert.Equal(
            "invalid-name",
            AccessDecisions.Update(roles, new Platform.Access.UpdateRole(default, "old", Old, null, null), Context).Error?.Code);
    }
}
