using Platform.Grains.Ledger;
using Platform.Wallets;

namespace Platform.Grains.Tests.Ledger;

/// <summary>The self-check finds any change in the database, freezes only the affected wallet, and raises no false alerts.</summary>
public sealed class SelfCheckTests(LedgerCluster cluster) : IClassFixture<LedgerCluster>
{
    [Fact]
    public async Task An_untouched_ledger_is_sound()
    {
        var key = await cluster.OpenWithChargesAsync(30);
        var (wallet, alert) = await cluster.SelfCheck.CheckAsync(key, CancellationToken.None);
        Assert.Null(alert);
        Assert.Null(wallet.Fault);
        Assert.Equal((32L, 31L), (wallet.Version, wallet.Transactions));
        Assert.Equal(WalletStatus.Active, await cluster.StatusAsync(key));
    }

    [Fact]
    public async Task A_changed_amount_in_the_ledger_is_found() => await FindsAsync(
        FaultKind.Hash, 3, key =>
            cluster.TamperAsync("wallet_transaction", $"UPDATE wallet_transaction SET amount = 2 WHERE {Of(key)} AND sequence = 3"));

    [Fact]
    public async Task A_row_that_was_deleted_in_the_middle_is_found() => await FindsAsync(
        FaultKind.Missing, 3, key =>
            cluster.TamperAsync("wallet_transaction", $"DELETE FROM wallet_transaction WHERE {Of(key)} AND sequence = 3"));

    [Fact]
    public async Task A_truncated_ledger_is_found_even_if_the_wallet_was_reset_with_it() => await FindsAsync(
        FaultKind.Missing, 9, async key =>
        {
            await cluster.TamperAsync("wallet_transaction", $"DELETE FROM wallet_transaction WHERE {Of(key)} AND sequence > 8");
            await cluster.TamperAsync(
                "wallet",
                $"""
                UPDATE wallet w SET sequence = t.sequence, paid = t.balance_after, head = t.hash, version = t.version
                FROM (SELECT * FROM wallet_transaction WHERE {Of(key)} AND sequence = 8) t
                WHERE w.org_id = t.org_id AND w.wallet_id = t.wallet_id
                """);
        });

    [Fact]
    public async Task A_changed_event_in_the_journal_is_found() => await FindsAsync(
        FaultKind.Journal, 3, key => cluster.TamperAsync(
            "journal",
            $"UPDATE journal SET events = replace(events::text, '\"amount\":1,', '\"amount\":2,')::json " +
            $"WHERE {OfJournal(key)} AND version = 4"));

    [Fact]
    public async Task An_event_that_cannot_have_happened_is_found() => await FindsAsync(
        FaultKind.Journal, 3, key => cluster.TamperAsync(
            "journal",
            $"UPDATE journal SET events = replace(events::text, '\"charged\"', '\"captured\"')::json " +
            $"WHERE {OfJournal(key)} AND version = 4"));

    [Fact]
    public async Task A_changed_balance_of_the_wallet_is_found() => await FindsAsync(
        FaultKind.Wallet, null, key => cluster.TamperAsync("wallet", $"UPDATE wallet SET paid = paid + 1 WHERE {Of(key)}"));

    [Fact]
    public async Task A_version_removed_from_the_journal_is_found() => await FindsAsync(
        FaultKind.Journal, 3, key => cluster.TamperAsync("journal", $"DELETE FROM journal WHERE {OfJournal(key)} AND version = 4"));

    [Fact]
    public async Task A_transaction_that_is_not_in_the_journal_is_found() => await FindsAsync(
        FaultKind.Surplus, 12, key => cluster.TamperAsync(
            "wallet_transaction",
            $"""
            INSERT INTO wallet_transaction
            SELECT (jsonb_populate_record(t, jsonb_build_object('sequence', 12, 'id', gen_random_uuid()))).*
            FROM wallet_transaction t WHERE {Of(key)} AND sequence = 11
            """));

    [Fact]
    public async Task A_finding_is_raised_once_and_an_unfrozen_wallet_stays_unfrozen()
    {
        var key = await cluster.OpenWithChargesAsync(5);
        await cluster.TamperAsync("wallet_transaction", $"UPDATE wallet_transaction SET reason = 'other' WHERE {Of(key)} AND sequence = 2");
        await cluster.SelfCheck.CheckAsync(key, CancellationToken.None);
        var unfreeze = new Unfreeze(EntityCluster.Context(key.OrganisationId), "reviewed");
        Assert.True((await cluster.Wallet(key).UnfreezeAsync(unfreeze)).IsSuccess);
        Assert.NotNull((await cluster.SelfCheck.CheckAsync(key, CancellationToken.None)).Alert);
        Assert.Equal(WalletStatus.Active, await cluster.StatusAsync(key));
        Assert.Single(await cluster.Alerts.ListAsync(key.OrganisationId, null, 10, CancellationToken.None));
        Assert.Equal(
            1L, await cluster.QueryAsync<long>(
                $"SELECT count(*) FROM audit_log WHERE org_id = '{key.OrganisationId}' AND action = 'ledger.mismatch'"));
    }

    [Fact]
    public async Task An_alert_never_exists_without_its_audit_entry()
    {
        var key = await cluster.OpenWithChargesAsync(3);
        await cluster.TamperAsync("wallet_transaction", $"UPDATE wallet_transaction SET reason = 'other' WHERE {Of(key)} AND sequence = 2");
        await cluster.ExecuteAsync("ALTER TABLE audit_log ADD CONSTRAINT refused CHECK (action <> 'ledger.mismatch') NOT VALID");
        try
        {
            await Assert.ThrowsAnyAsync<Exception>(() => cluster.SelfCheck.CheckAsync(key, CancellationToken.None));
        }
        finally
        {
            await cluster.ExecuteAsync("ALTER TABLE audit_log DROP CONSTRAINT refused");
        }

        Assert.Empty(await cluster.Alerts.ListAsync(key.OrganisationId, null, 10, CancellationToken.None));
        Assert.NotNull((await cluster.SelfCheck.CheckAsync(key, CancellationToken.None)).Alert);
        Assert.Single(await cluster.Alerts.ListAsync(key.OrganisationId, null, 10, CancellationToken.None));
        Assert.Equal(1L, await cluster.QueryAsync<long>(
            $"SELECT count(*) FROM audit_log WHERE org_id = '{key.OrganisationId}' AND action = 'ledger.mismatch'"));
    }

    private async Task FindsAsync(FaultKind kind, long? sequence, Func<EntityKey, Task> tamperAsync)
    {
        var key = await cluster.OpenWithChargesAsync(10);
        var neighbour = await cluster.OpenWithChargesAsync(2, key.OrganisationId);
        await tamperAsync(key);

        var (_, alert) = await cluster.SelfCheck.CheckAsync(key, CancellationToken.None);
        Assert.NotNull(alert);
        Assert.Equal((kind, key.Id, sequence, true), (alert.Fault.Kind, alert.Fault.WalletId!.Value, alert.Fault.Sequence, alert.Frozen));
        Assert.Equal(alert.Id, Assert.Single(await cluster.Alerts.ListAsync(key.OrganisationId, null, 10, CancellationToken.None)).Id);
        Assert.Equal(WalletStatus.Frozen, await cluster.StatusAsync(key));
        Assert.False((await cluster.ChargeAsync(key, 1)).IsSuccess);
        Assert.StartsWith("self-check: ", (await cluster.GetAsync(key)).FrozenReason, StringComparison.Ordinal);

        Assert.Null((await cluster.SelfCheck.CheckAsync(neighbour, CancellationToken.None)).Alert);
        Assert.Equal(WalletStatus.Active, await cluster.StatusAsync(neighbour));
        Assert.True((await cluster.ChargeAsync(neighbour, 1)).IsSuccess);
    }

    private static string Of(EntityKey key) => $"org_id = '{key.OrganisationId}' AND wallet_id = '{key.Id}'";

    private static string OfJournal(EntityKey key) => $"org_id = '{key.OrganisationId}' AND entity_id = '{key.Id}'";
}
