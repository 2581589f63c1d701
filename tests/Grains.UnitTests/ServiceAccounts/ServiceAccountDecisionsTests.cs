using Platform.Grains.Engine.Entities;
using Platform.Grains.ServiceAccounts;
using Platform.Grains.UnitTests.Common;
using Platform.Identity;
using Platform.ServiceAccounts;

namespace Platform.Grains.UnitTests.ServiceAccounts;

public sealed class ServiceAccountDecisionsTests
{
    private static readonly ServiceAccountDefinition Definition = new();
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly EntityKey Key = new(
        new Guid("01932f3a-7c00-7000-8000-0000000000a1"), new Guid("01932f3a-7c00-7000-8000-0000000000b2"));
    private static readonly CommandContext By = new(Key.OrganisationId, new Guid("01932f3a-7c00-7000-8000-0000000000c3"), default);
    private static readonly ServiceAccountState Account = ServiceAccountState.None.Apply(
        new ServiceAccountCreated("export", null, ["wallets:read"], By.ActorId, Now));

    [Fact]
    public void A_new_account_is_active_has_the_permissions_given_and_no_key()
    {
        var decision = ServiceAccountDecisions.Create(
            ServiceAccountState.None, new CreateServiceAccount(By, "export", "nightly", ["wallets:read", "metrics:read"]), At(Now))
            .Accept(Definition, ServiceAccountState.None, At(Now), ServiceAccountDefinition.View);
        Assert.Equal(["metrics:read", "wallets:read"], decision.Reply!.Permissions);
        Assert.Equal(
            (ServiceAccountStatus.Active, By.ActorId, 1L), (decision.Reply.Status, decision.Reply.CreatedBy, decision.Reply.Version));
        Assert.Empty(ServiceAccountState.None.Apply(decision.Events[0]).ToAccess(Now).Keys);
        Assert.Equal(
            "already-exists",
            ServiceAccountDecisions.Create(Account, new CreateServiceAccount(By, "export", null, ["a:b"]), At(Now)).Error?.Code);
    }

    [Theory]
    [InlineData("", "wallets:read", "invalid-name")]
    [InlineData("a\nb", "wallets:read", "invalid-name")]
    [InlineData("a", "", "invalid-permissions")]
    [InlineData("a", "wallets", "invalid-permissions")]
    [InlineData("a", "*:*", "invalid-permissions")]
    [InlineData("a", "wallets:*", "invalid-permissions")]
    [InlineData("a", "wallets:read\n", "invalid-permissions")]
    [InlineData("a", "Wallets:read", "invalid-permissions")]
    [InlineData("a", "wallets:read,wallets:read", "invalid-permissions")]
    [InlineData("a", "platform:write", "invalid-permissions")]
    [InlineData("a", "wallets:read,platform:read", "invalid-permissions")]
    public void Names_and_permissions_that_are_wrong_are_refused(string name, string permissions, string code)
    {
        var list = permissions.Split(',');
        Assert.Equal(
            code, ServiceAccountDecisions.Create(
                ServiceAccountState.None, new CreateServiceAccount(By, name, null, list), At(Now)).Error?.Code);
        Assert.Equal(
            code, ServiceAccountDecisions.Update(Account, new UpdateServiceAccount(By, name, null, list, null), At(Now)).Error?.Code);
    }

    [Fact]
    public void An_account_without_or_with_too_many_permissions_is_refused()
    {
        foreach (var count in new[] { 0, ServiceAccountRules.MaxPermissions + 1 })
        {
            string[] list = [.. Enumerable.Range(0, count).Select(number => $"thing-{number}:read")];
            Assert.Equal(
                "invalid-permissions",
                ServiceAccountDecisions.Create(
                    ServiceAccountState.None, new CreateServiceAccount(By, "a", null, list), At(Now)).Error?.Code);
        }
    }

    [Fact]
    public void A_change_leaves_what_is_not_given_and_refuses_another_version()
    {
        var changed = ServiceAccountDecisions.Update(Account, new UpdateServiceAccount(By, null, "text", null, 1), At(Now, 2))
            .Accept(Definition, Account, At(Now, 2), ServiceAccountDefinition.View);
        Assert.Equal(("export", "text"), (changed.Reply!.Name, changed.Reply.Description));
        var removed = ServiceAccountDecisions.Update(Account, new UpdateServiceAccount(By, null, "", null, 1), At(Now, 2));
        Assert.Null(Assert.IsType<ServiceAccountUpdated>(Assert.Single(removed.Events)).Description);
        Assert.Equal(["wallets:read"], changed.Reply.Permissions);
        Assert.Equal(
            "version-mismatch",
            ServiceAccountDecisions.Update(Account, new UpdateServiceAccount(By, "b", null, null, 2), At(Now, 2)).Error?.Code);
    }

    [Fact]
    public void What_does_not_exist_is_not_found()
    {
        Assert.Equal(
            "not-found",
            ServiceAccountDecisions.Update(
                ServiceAccountState.None, new UpdateServiceAccount(By, "b", null, null, null), At(Now)).Error?.Code);
        Assert.Equal(
            "not-found", ServiceAccountDecisions.Disable(ServiceAccountState.None, new DisableServiceAccount(By), At(Now)).Error?.Code);
        Assert.Equal(
            "not-found", ServiceAccountDecisions.Enable(ServiceAccountState.None, new EnableServiceAccount(By), At(Now)).Error?.Code);
        Assert.Equal("not-found", ServiceAccountDecisions.AddKey(ServiceAccountState.None, Add(1), At(Now)).Error?.Code);
        Assert.Equal("not-found", ServiceAccountDecisions.RevokeKey(Account, new RevokeKey(By, Guid.Empty), At(Now)).Error?.Code);
    }

    [Fact]
    public void Disabling_and_enabling_are_refused_twice()
    {
        var disabled = Fold(Account, ServiceAccountDecisions.Disable(Account, new DisableServiceAccount(By), At(Now)));
        Assert.Equal(ServiceAccountStatus.Disabled, disabled.ToAccess(Now).Status);
        Assert.Equal(
            "service-account-already-disabled",
            ServiceAccountDecisions.Disable(disabled, new DisableServiceAccount(By), At(Now)).Error?.Code);
        var enabled = Fold(disabled, ServiceAccountDecisions.Enable(disabled, new EnableServiceAccount(By), At(Now)));
        Assert.Equal(
            "service-account-not-disabled", ServiceAccountDecisions.Enable(enabled, new EnableServiceAccount(By), At(Now)).Error?.Code);
    }

    [Fact]
    public void A_key_lives_until_its_time_90_days_where_none_is_given()
    {
        var state = Fold(Account, ServiceAccountDecisions.AddKey(Account, Add(1), At(Now)));
        state = Fold(state, ServiceAccountDecisions.AddKey(state, Add(2) with { ExpiresAt = Now.AddSeconds(1) }, At(Now)));
        Assert.Equal([Id(1), Id(2)], state.ToAccess(Now).Keys.Select(key => key.Id).Order());
        Assert.Equal([Id(1)], state.ToAccess(Now.AddSeconds(1)).Keys.Select(key => key.Id));
        Assert.Equal([Id(1)], state.ToAccess(Now.AddDays(90).AddTicks(-1)).Keys.Select(key => key.Id));
        Assert.Empty(state.ToAccess(Now.AddDays(90)).Keys);
    }

    [Fact]
    public void A_key_expires_in_the_future_and_within_a_year()
    {
        foreach (var wrong in new[] { Now, Now.AddTicks(-1), Now.AddYears(1).AddTicks(
            1), DateTimeOffset.MaxValue, DateTimeOffset.MinValue })
        {
            Assert.Equal("invalid-expiry", ServiceAccountDecisions.AddKey(Account, Add(1) with { ExpiresAt = wrong }, At(Now)).Error?.Code);
        }

        Assert.Null(ServiceAccountDecisions.AddKey(Account, Add(1) with { ExpiresAt = Now.AddYears(1) }, At(Now)).Error);
    }

    [Fact]
    public void Twenty_keys_may_be_alive_and_those_that_are_over_do_not_count()
    {
        var state = Account;
        for (var number = 0; number < ServiceAccountDecisions.MaxKeysAlive; number++)
        {
            state = Fold(state, ServiceAccountDecisions.AddKey(state, Add(number), At(Now)));
        }

        Assert.Equal("too-many-keys", ServiceAccountDecisions.AddKey(state, Add(20), At(Now)).Error?.Code);
        Assert.Null(ServiceAccountDecisions.AddKey(state, Add(20), At(Now.AddDays(90))).Error);
        state = Fold(state, ServiceAccountDecisions.RevokeKey(state, new RevokeKey(By, Id(7)), At(Now)));
        Assert.Null(ServiceAccountDecisions.AddKey(state, Add(20), At(Now)).Error);
    }

    [Fact]
    public void A_revoked_key_is_over_and_revoking_it_again_changes_nothing()
    {
        var state = Fold(Account, ServiceAccountDecisions.AddKey(Account, Add(1), At(Now)));
        state = Fold(state, ServiceAccountDecisions.RevokeKey(state, new RevokeKey(By, Id(1)), At(Now.AddHours(1))));
        Assert.Empty(state.ToAccess(Now).Keys);
        var again = ServiceAccountDecisions.RevokeKey(state, new RevokeKey(By, Id(1)), At(Now.AddHours(2)))
            .Accept(Definition, state, At(Now.AddHours(2)), ServiceAccountDefinition.Key(Id(1)));
        Assert.Empty(again.Events);
        Assert.Equal(Now.AddHours(1), again.Reply!.RevokedAt);
    }

    [Fact]
    public void Keys_that_are_over_are_forgotten_the_oldest_first_and_none_that_is_alive()
    {
        var state = Fold(Account, ServiceAccountDecisions.AddKey(Account, Add(1000), At(Now)));
        for (var number = 0; number < 2 * ServiceAccountState.MaxRemembered; number++)
        {
            var now = Now.AddSeconds(number);
            state = Fold(state, ServiceAccountDecisions.AddKey(state, Add(number), At(now)));
            state = Fold(state, ServiceAccountDecisions.RevokeKey(state, new RevokeKey(By, Id(number)), At(now)));
        }

        Assert.Equal(ServiceAccountState.MaxRemembered, state.Keys.Count);
        Assert.Contains(Id(1000), state.Keys.Keys);
        Assert.Contains(Id((2 * ServiceAccountState.MaxRemembered) - 1), state.Keys.Keys);
        Assert.DoesNotContain(Id(0), state.Keys.Keys);
    }

    /// <summary>A repetition has drawn another secret; it must still be known as the same request.</summary>
    [Fact]
    public void The_secret_is_no_part_of_the_command_and_not_of_the_reply()
    {
        var (first, second) = (Add(1), Add(1) with { SecretHash = Digest.Of([9]) });
        Assert.Equal(CommandFingerprint.Of(first), CommandFingerprint.Of(second));
        var decision = ServiceAccountDecisions.AddKey(Account, first, At(Now)).Accept(
            Definition, Account, At(Now), ServiceAccountDefinition.Key(Id(1)));
        var hash = Text(JournalJson.Write(first.SecretHash)).Trim('"');
        Assert.Contains(
            hash, System.Text.RegularExpressions.Regex.Unescape(Text(JournalJson.Write(decision.Events))), StringComparison.Ordinal);
        Assert.DoesNotContain("ecret", Text(JournalJson.Write(decision.Reply)), StringComparison.Ordinal);
    }

    [Fact]
    public void Events_and_state_survive_the_json_of_the_journal()
    {
        ServiceAccountEvent[] events =
        [
            new ServiceAccountCreated("export", "ä😀", ["wallets:read"], By.ActorId, Now), new KeyAdded(
                Id(1), "one", Digest.Of([1]), Now, Now.AddDays(1)),
            new KeyRevoked(Id(1), Now), new KeyAdded(Id(2), "two", Digest.Of([2]), Now, Now.AddDays(1)),
            new ServiceAccountUpdated("b", null, ["metrics:read"]), new ServiceAccountDisabled(), new ServiceAccountEnabled(),
        ];
        var json = Text(JournalJson.Write(events));
        Assert.Equal(json, Text(JournalJson.Write(JournalJson.Read<ServiceAccountEvent[]>(json))));
        var state = events.Aggregate(ServiceAccountState.None, (folded, @event) => folded.Apply(@event));
        var copy = JournalJson.Read<ServiceAccountState>(Text(JournalJson.Write(state)));
        Assert.Equal(state.Keys.OrderBy(key => key.Key), copy.Keys.OrderBy(key => key.Key));
        Assert.Equal(state.Permissions, copy.Permissions);
        Assert.Equal(state with { Keys = copy.Keys, Permissions = copy.Permissions }, copy);
    }

    private static AddKey Add(int number) => new(By, Id(number), $"key {number}", null, Digest.Of([(byte)(number % 256)]));

    private static Guid Id(int number) => new(number + 1, 0, 0, new byte[8]);

    private static DecisionContext At(DateTimeOffset now, long next = 1) => new(Key, next, By, now);

    private static ServiceAccountState Fold(ServiceAccountState state, Decision<ServiceAccountEvent> decision)
    {
        Assert.Null(decision.Error);
        return decision.Events.Aggregate(state, (folded, @event) => folded.Apply(@event));
    }

    private static string Text(byte[] json) => System.Text.Encoding.UTF8.GetString(json);
}
