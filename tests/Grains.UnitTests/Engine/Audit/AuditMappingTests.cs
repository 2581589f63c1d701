using Platform.Access;
using Platform.Activities;
using Platform.Grains.Access;
using Platform.Grains.Activities;
using Platform.Grains.Dealers;
using Platform.Grains.Engine.Audit;
using Platform.Grains.Engine.Entities;
using Platform.Grains.Engine.Journal;
using Platform.Grains.Identity;
using Platform.Grains.Organisations;
using Platform.Grains.Wallets;
using Platform.Identity;
using Platform.Organisations;
using Platform.Wallets;

namespace Platform.Grains.UnitTests.Engine.Audit;

/// <summary>The audit log rows that a journal row produces.</summary>
public sealed class AuditMappingTests
{
    private static readonly DateTimeOffset At = new(2026, 11, 21, 8, 0, 0, TimeSpan.Zero);
    private static readonly Guid Actor = new("01932f3a-7c00-7000-8000-0000000000b2");
    private static readonly EntityKey Key =
        new(new Guid("01932f3a-7c00-7000-8000-0000000000a1"), new Guid("01932f3a-7c00-7000-8000-0000000000c3"));

    private static readonly Origin Origin = new("203.0.113.7", "agent", "4bf92f3577b34da6a3ce929d0e0e4736");

    [Fact]
    public void ASVS_16_2_1_an_entry_says_who_what_when_and_from_where()
    {
        var row = Assert.Single(Rows(
            new OrganisationDefinition(), new OrganisationCreated("A", OrganisationKind.Enterprise, "USD", "UTC", "en-US", At)));
        Assert.Equal((Key.OrganisationId, At, Actor, "organisation.created"), (row.OrganisationId, row.At, row.ActorId, row.Action));
        Assert.Equal(("organisation", Key.Id, Origin, null), (row.EntityType, row.EntityId, row.Origin, row.Code));
        Assert.Equal(("A", "Enterprise", "USD"), (row.Details["name"], row.Details["kind"], row.Details["currency"]));
    }

    [Fact]
    public void A_change_has_the_old_values_and_a_change_of_nothing_has_no_entry()
    {
        var created = new OrganisationCreated("A", OrganisationKind.Enterprise, "USD", "UTC", "en-US", At);
        var updated = new OrganisationUpdated("B", "UTC", "en-US");
        var rows = Rows(new OrganisationDefinition(), created, updated, updated);
        Assert.Equal(["organisation.created", "organisation.updated"], rows.Select(row => row.Action));
        Assert.Equal([("name", "B"), ("name.was", "A")], rows[1].Details.Select(detail => (detail.Key, detail.Value)));
    }

    [Fact]
    public void A_change_of_prices_names_the_type_and_both_prices()
    {
        var usd = Currency.Parse("USD");
        var rows = Rows(
            new CatalogueDefinition(),
            new ActivityTypeSet("form-download", "Form download", [new UnitPrice(100, usd)]),
            new ActivityTypeSet("form-download", "Form download", [new UnitPrice(250, usd)]));
        Assert.All(rows, row => Assert.Equal(("activity-type.priced", "form-download"), (row.Action, row.Details["type"])));
        Assert.Equal(("2.50 USD", "1.00 USD"), (rows[1].Details["prices"], rows[1].Details["prices.was"]));
        Assert.False(rows[0].Details.ContainsKey("prices.was"));
    }

    [Fact]
    public void Opening_a_wallet_is_audited_and_its_movements_are_not()
    {
        var definition = new WalletDefinition();
        var rows = Rows(
            definition,
            new WalletOpened(Actor, "USD"),
            new Deposited { Sequence = 1, Amount = 5, Currency = "USD", BalanceAfter = 5 },
            new Charged { Sequence = 2, Amount = 5, Currency = "USD" });
        Assert.Equal("wallet.opened", Assert.Single(rows).Action);
    }

    [Fact]
    public void Corrections_promotional_credit_and_budgets_are_audited()
    {
        var moved = new WalletMoved[]
        {
            new Deposited { Sequence = 1, Amount = 500, Currency = "USD", BalanceAfter = 500 },
            new Adjusted
            {
                TransactionId = Actor, Sequence = 2, Amount = 50, Currency = "USD", Reason = "wrong price", Reference = "T-1",
                EffectiveAt = At.AddDays(-1),
                Postings = [new Posting(LedgerAccount.Wallet, LedgerAccount.Adjustment, 50)],
            },
            new Promoted
            {
                TransactionId = Actor, Sequence = 3, Amount = 70, Currency = "USD", Reason = "welcome", Priority = 10,
                ExpiresAt = At.AddDays(9),
                Postings = [new Posting(LedgerAccount.PromotionFunding, LedgerAccount.Promotional, 70, 3)],
            },
            new Charged { TransactionId = Key.Id, Sequence = 4, Amount = 5, Currency = "USD" },
            new Refunded { Sequence = 5, Amount = 5, Currency = "USD", RelatedId = Key.Id },
            new Reversed
            {
                Sequence = 6, Amount = 70, Currency = "USD", Reason = "misuse", RelatedId = Actor,
                Postings = [new Posting(LedgerAccount.Promotional, LedgerAccount.PromotionFunding, 70, 3)],
            },
        };
        var rows = Rows(new WalletDefinition(), [new WalletOpened(Actor, "USD"), .. moved]);
        Assert.Equal(
            ["wallet.opened", "wallet.adjusted", "wallet.credit-granted", "wallet.refunded", "wallet.reversed"],
            rows.Select(row => row.Action));
        var adjusted = rows[1].Details;
        Assert.Equal(
            ("debit", "0.50 USD", "wrong price", "T-1"),
            (adjusted["direction"], adjusted["amount"], adjusted["reason"], adjusted["reference"]));
        Assert.Equal(("0.70 USD", "10"), (rows[2].Details["amount"], rows[2].Details["priority"]));
        Assert.Equal((Actor.ToString(), "misuse"), (rows[4].Details["relatedId"], rows[4].Details["reason"]));
        Assert.All(rows, row => Assert.Equal((Actor, Origin), (row.ActorId, row.Origin)));

        // Credit that expired in the same command precedes the adjustment.
        var opened = new WalletOpened(Actor, "USD");
        var expired = new CreditExpired { Sequence = 2, Amount = 1, Currency = "USD", RelatedId = Key.Id };
        var row = Assert.Single(RowsOf<WalletState, WalletEvent>(new WalletDefinition(), [opened, expired, moved[1]]));
        Assert.Equal("wallet.adjusted", row.Action);

        var budget = Rows<WalletState, WalletEvent>(
            new WalletDefinition(), opened, new BudgetSet(Actor, 100), new BudgetSet(Actor, 0), new BudgetSet(Actor, 0));
        Assert.Equal(["wallet.opened", "wallet.budget-set", "wallet.budget-set"], budget.Select(row => row.Action));
        Assert.Equal(("1.00 USD", "0.00 USD"), (budget[1].Details["slice"], budget[2].Details["slice"]));
        Assert.Equal("1.00 USD", budget[2].Details["slice.was"]);
    }

    [Fact]
    public void A_budget_is_audited_with_its_limits_and_if_a_lease_is_returned_first()
    {
        var limits = new LimitsSet(0, null, 500, null, null);
        var returned = new LeaseGivenBack { Sequence = 2, Amount = 1, Currency = "USD", Spent = 0 };
        Assert.Equal(
            ["wallet.budget-set", "wallet.limits-set"],
            Actions(new WalletOpened(Actor, "USD"), new BudgetSet(Actor, 100), limits));
        Assert.Equal(
            ["wallet.budget-set"],
            Actions(new WalletOpened(Actor, "USD"), returned, new BudgetSet(Actor, 100)));

        static IEnumerable<string> Actions(params WalletEvent[] events) =>
            RowsOf<WalletState, WalletEvent>(new WalletDefinition(), events).Select(row => row.Action);
    }

    [Fact]
    public void A_registration_is_audited_without_the_hash_of_the_password()
    {
        var row = Assert.Single(Rows<UserState, UserEvent>(
            new UserDefinition(), new UserRegistered("a@b.test", "A", UserTier.Enterprise, "the-hash", null, At)));
        Assert.Equal("user.registered", row.Action);
        Assert.DoesNotContain("the-hash", row.Details.Values);
    }

    [Fact]
    public void Roles_are_audited_one_by_one_as_they_are_granted_and_revoked()
    {
        var (viewer, manager) = (new Grant("viewer"), new Grant("manager", Actor));
        var rows = Rows<UserState, UserEvent>(
            new UserDefinition(),
            new UserRegistered("a@b.test", "A", UserTier.SubUser, "h", null, At, Grants: [viewer]),
            new GrantsSet([manager]),
            new GrantsSet([manager]));
        Assert.Equal(["user.registered", "role.granted", "role.granted", "role.revoked"], rows.Select(row => row.Action));
        Assert.Equal(
            ("manager", Actor.ToString(), "viewer"),
            (rows[2].Details["role"], rows[2].Details["dealerId"], rows[3].Details["role"]));
        Assert.Equal(4, rows.Select(row => row.Id).Distinct().Count());
    }

    [Fact]
    public void ASVS_10_4_5_a_reused_refresh_token_is_a_refusal_and_a_refresh_is_not_audited()
    {
        var session = new SessionStarted(Actor, default, "password", "aal1", null, null, At, At);
        var rows = Rows<UserState, UserEvent>(
            new UserDefinition(),
            new UserRegistered("a@b.test", "A", UserTier.Enterprise, "h", null, At),
            session,
            new SessionRefreshed(Actor, default, [], At),
            new SessionEnded(Actor, "refresh-token-reused"));
        Assert.Equal(
            [("user.registered", null), ("user.signed-in", null), ("user.session-ended", "refresh-token-reused")],
            rows.Select(row => (row.Action, row.Code)));
    }

    [Fact]
    public void Changes_of_a_dealer_have_the_dealer_as_their_entity()
    {
        var (north, south) = (new Guid("01932f3a-7c00-7000-8000-0000000000d1"), new Guid("01932f3a-7c00-7000-8000-0000000000d2"));
        var rows = Rows<DealersState, DealerEvent>(
            new DealersDefinition(),
            new DealerCreated(north, null, "North", "N"),
            new DealerCreated(south, null, "South", null),
            new DealerUpdated(south, "Deep south", null),
            new DealerMoved(south, north),
            new DealerDisabled(south),
            new DealerEnabled(south));
        Assert.Equal(
            ["dealer.created", "dealer.created", "dealer.updated", "dealer.moved", "dealer.disabled", "dealer.enabled"],
            rows.Select(row => row.Action));
        Assert.Equal(
            ("dealer", north, "North", "N"),
            (rows[0].EntityType, rows[0].EntityId, rows[0].Details["name"], rows[0].Details["code"]));
        Assert.All(rows.Skip(1), row => Assert.Equal(("dealer", south), (row.EntityType, row.EntityId)));
        Assert.Equal([("name", "Deep south"), ("name.was", "South")], rows[2].Details.Select(detail => (detail.Key, detail.Value)));
        Assert.Equal([("parentId", north.ToString())], rows[3].Details.Select(detail => (detail.Key, detail.Value)));
    }

    [Fact]
    public void A_changed_role_is_audited_with_all_its_permissions_before_and_after()
    {
        string[] all = [.. PermissionCatalogue.All.Select(permission => permission.Code)];
        var rows = Rows<AccessState, AccessEvent>(
            new AccessDefinition(),
            new RoleSet("teller", "Teller", ["wallets:read"]),
            new RoleSet("teller", "Teller", all),
            new RoleSet("teller", "Teller", all),
            new RoleDeleted("teller"));
        Assert.Equal(["role.created", "role.changed", "role.deleted"], rows.Select(row => row.Action));
        Assert.All(rows, row => Assert.Equal("teller", row.Details["role"]));
        Assert.Equal((string.Join(' ', all), "wallets:read"), (rows[1].Details["permissions"], rows[1].Details["permissions.was"]));
        Assert.Equal(string.Join(' ', all), rows[2].Details["permissions"]);
        Assert.False(rows[1].Details.ContainsKey("name"));
    }

    [Fact]
    public void Setting_up_access_is_audited_with_each_role_that_it_creates()
    {
        var command = new SetUpAccess(new CommandContext(Key.OrganisationId, Actor, default));
        var decision = AccessDecisions.SetUp(AccessState.Empty, command, default);
        var rows = RowsOf(new AccessDefinition(), decision.Events);
        Assert.Equal(
            StandardGroups.All.Select(group => ("role.created", group.Code)), rows.Select(row => (row.Action, row.Details["role"])));
        Assert.Equal(rows.Count, rows.Select(row => row.Id).Distinct().Count());
    }

    [Fact]
    public void A_link_to_an_external_identity_is_audited_for_its_user()
    {
        var owner = new LoginOwner(new Guid("01932f3a-7c00-7000-8000-0000000000e1"), new Guid("01932f3a-7c00-7000-8000-0000000000e2"));
        var identity = new ExternalIdentity("google", "https://issuer.test", "sub-1", "a@b.test");
        var rows = Rows<ExternalIdentityState, ExternalIdentityEvent>(
            new ExternalIdentityDefinition(),
            new ExternalIdentityReserved(owner, identity),
            new ExternalIdentityActivated(At),
            new ExternalIdentityUnlinked(),
            new ExternalIdentityLinked(owner, identity, At));
        Assert.Equal(["user.identity-linked", "user.identity-unlinked", "user.identity-linked"], rows.Select(row => row.Action));
        Assert.All(
            rows,
            row => Assert.Equal((owner.OrganisationId, "user", owner.UserId), (row.OrganisationId, row.EntityType, row.EntityId)));
        Assert.All(rows, row => Assert.Equal(("google", "sub-1"), (row.Details["provider"], row.Details["subject"])));
    }

    [Fact]
    public void ASVS_16_3_3_changes_of_a_second_factor_are_audited_and_show_whether_the_user_made_them()
    {
        var registered = new UserRegistered("a@b.test", "A", UserTier.Enterprise, "h", null, At);
        var enabled = new MfaEnabled(Actor, 1, [default], Actor);
        var rows = Rows<UserState, UserEvent>(
            new UserDefinition(),
            registered,
            enabled,
            new RecoveryCodesReplaced([default]),
            new RecoveryCodeUsed(default),
            new MfaFailed(null, At, null),
            new MfaFailed(null, At, At.AddMinutes(15)),
            new MfaRemoved(null));
        Assert.Equal(
        [
            ("user.registered", null),
            ("user.mfa-enabled", null),
            ("user.recovery-codes-replaced", null),
            ("user.second-factor-used", null),
            ("user.second-factor-used", "invalid-code"),
            ("user.second-factor-used", "invalid-code"),
            ("user.second-factor-locked", null),
            ("user.mfa-reset", null),
        ], rows.Select(row => (row.Action, row.Code)));

        var definition = new UserDefinition();
        var byUser = Entry<UserEvent>(definition.Type, 1, [registered, enabled, new MfaRemoved(null)], Origin, Key.Id);
        var own = definition.Begin()(byUser).OfType<AuditRow>();
        Assert.Contains("user.mfa-removed", own.Select(row => row.Action));
    }

    [Fact]
    public void A_second_factor_requirement_is_audited()
    {
        var definition = new OrganisationDefinition();
        var fold = definition.Begin();
        var created = new OrganisationCreated("A", OrganisationKind.Enterprise, "USD", "UTC", "en-US", At);
        fold(Entry<OrganisationEvent>(definition.Type, 1, [created], Origin));
        var row = Assert.Single(fold(Entry<OrganisationEvent>(
            definition.Type, 2, [new OrganisationUpdated("A", "UTC", "en-US"), new MfaRequirementSet(true)], Origin)).OfType<AuditRow>());
        Assert.Equal([("requireMfa", "True"), ("requireMfa.was", "False")], row.Details.Select(detail => (detail.Key, detail.Value)));
    }

    [Fact]
    public void Rows_folded_again_have_the_same_ids_and_no_two_share_one()
    {
        var created = new OrganisationCreated("A", OrganisationKind.Enterprise, "USD", "UTC", "en-US", At);
        var first = Rows(new OrganisationDefinition(), created, new OrganisationUpdated("B", "UTC", "en-US"));
        var again = Rows(new OrganisationDefinition(), created, new OrganisationUpdated("B", "UTC", "en-US"));
        Assert.Equal(first.Select(row => row.Id), again.Select(row => row.Id));
        Assert.Equal(2, first.Select(row => row.Id).Distinct().Count());
    }

    [Fact]
    public void A_command_without_a_request_has_the_system_as_its_actor()
    {
        var definition = new UserDefinition();
        var registered = new UserRegistered("a@b.test", "A", UserTier.Enterprise, "h", null, At);
        var row = definition.Begin()(Entry<UserEvent>(definition.Type, 1, [registered], null)).OfType<AuditRow>().Single();
        Assert.Equal(ActorKind.System, row.Origin.Actor);
    }

    [Fact]
    public void The_origin_of_a_command_is_not_part_of_its_fingerprint()
    {
        var context = new CommandContext(Key.OrganisationId, Actor, OperationId.FromKey("s", "k"));
        Assert.Equal(
            CommandFingerprint.Of(new OpenWallet(context, Actor, "USD")),
            CommandFingerprint.Of(new OpenWallet(context with { Origin = Origin }, Actor, "USD")));
        Assert.Same(Origin, (context with { Origin = Origin }).Step("next").Origin);
    }

    [Fact]
    public void ASVS_16_4_1_user_text_is_one_line_of_bounded_length()
    {
        var entry = AuditEntry.Of("a.b", ("name", "a\r\nb\u2028c\u0085d\u001b[31m\u202e\ud800" + new string('x', 500)));
        Assert.Equal("a\uFFFD\uFFFDb\uFFFDc\uFFFDd\uFFFD[31m\uFFFD\uFFFDx", entry.Details["name"][..16]);
        Assert.Equal(200, entry.Details["name"].Length);
        Assert.Equal("Grüße, 世界 😀", AuditEntry.Of("a.b", ("name", "Grüße, 世界 😀")).Details["name"]);
    }

    private static List<AuditRow> Rows<TState, TEvent>(EntityDefinition<TState, TEvent> definition, params TEvent[] events)
        where TState : class
        where TEvent : class
    {
        var fold = definition.Begin();
        return [.. events.SelectMany((@event, i) => fold(Entry(definition.Type, i + 1, [@event], Origin))).OfType<AuditRow>()];
    }

    /// <summary>The rows of one command with all of these events.</summary>
    private static List<AuditRow> RowsOf<TState, TEvent>(EntityDefinition<TState, TEvent> definition, TEvent[] events)
        where TState : class
        where TEvent : class => [.. definition.Begin()(Entry(definition.Type, 1, events, Origin)).OfType<AuditRow>()];

    private static JournalEntry Entry<TEvent>(string type, long version, TEvent[] events, Origin? origin, Guid? actor = null) => new(
        default, Key.OrganisationId, type, Key.Id, version, Guid.Empty, Guid.Empty, actor ?? Actor, At,
        System.Text.Encoding.UTF8.GetString(JournalJson.Write(events)),
        null,
        origin is null ? null : System.Text.Encoding.UTF8.GetString(JournalJson.Write(origin)));
}
