using Platform.Grains.Engine.Entities;
using Platform.Grains.Engine.Registration;
using Platform.Grains.Wallets;
using Platform.Storage.Engine;
using Platform.Wallets;

namespace Platform.Storage.Wallets;

/// <summary>A wallet with something expired, and since when.</summary>
public readonly record struct DueWallet(EntityKey Key, DateTimeOffset From);

/// <summary>Queries of wallets and holds.</summary>
[Singleton]
public sealed class WalletQueries(PlatformDatabase database)
{
    /// <summary>Lists wallets ordered by id, after a given id.</summary>
    public Task<IReadOnlyList<WalletView>> ListAsync(
        Guid organisationId, Guid? after, IReadOnlyList<Guid>? owners, string? currency, int limit, CancellationToken cancellationToken,
        Guid? parentId = null) =>
        database.ListAsync(
            WalletTables.Wallets.Select(
                """
                wallet_id, owner_id, parent_id, currency, paid, promotional, held, leased, credit_limit, status, sequence, version,
                limits, slice, frozen_reason
                """)
                .Where($"org_id = {organisationId}")
                .IfGiven($"owner_id = ANY ({owners})")
                .IfGiven($"currency = {currency}")
                .IfGiven($"parent_id = {parentId}")
                .Ascending("wallet_id", $"{after}")
                .Limit(limit),
            reader =>
            {
                var unit = Currency.Parse(reader.GetString(3));
                var (paid, promotional, held, leased, credit) =
                    (reader.GetInt64(4), reader.GetInt64(5), reader.GetInt64(6), reader.GetInt64(7), reader.GetInt64(8));
                return new WalletView(
                    reader.GetGuid(0), reader.GetGuid(1), organisationId, reader.Optional<Guid>(2), unit.Code,
                    new Money(paid + promotional + held + leased, unit), new Money(held, unit),
                    new Money(paid + promotional + credit, unit),
                    new Money(credit, unit), (WalletStatus)reader.GetInt16(9), reader.GetInt64(11), new Money(promotional, unit),
                    new Money(leased, unit),
                    reader.GetInt64(10), reader.Text(12) is { } limits ? JournalJson.Read<SpendingLimits>(limits).ToView(unit) : null,
                    reader.Text(14),
                    reader.IsDBNull(2) ? null : new Money(reader.GetInt64(13), unit));
            },
            cancellationToken);

    /// <summary>Lists the wallets that have children, among these or in the whole organisation if null.</summary>
    public Task<IReadOnlyList<Guid>> ParentsAsync(Guid organisationId, IReadOnlyList<Guid>? among, CancellationToken cancellationToken) =>
        database.ListAsync(
            WalletTables.Wallets.Select("DISTINCT parent_id")
                .Where($"org_id = {organisationId} AND parent_id IS NOT NULL")
                .IfGiven($"parent_id = ANY ({among})"),
            static reader => reader.GetGuid(0),
            cancellationToken);

    /// <summary>Returns a hold, or null if there is none.</summary>
    public async Task<HoldView?> HoldAsync(Guid organisationId, Guid holdId, CancellationToken cancellationToken)
    {
        var found = await HoldsAsync(organisationId, null, holdId, null, null, 1, cancellationToken);
        return found.Count == 0 ? null : found[0];
    }

    /// <summary>Lists holds before a given id, newest first.</summary>
    public Task<IReadOnlyList<HoldView>> HoldsAsync(
        Guid organisationId, Guid? walletId, Guid? holdId, HoldStatus? status, Guid? before, int limit,
        CancellationToken cancellationToken) =>
        database.ListAsync(
            WalletTables.Holds.Select("hold_id, wallet_id, currency, amount, captured, ended_as, expires_at, activity_type")
                .Where($"org_id = {organisationId}")
                .IfGiven($"wallet_id = {walletId}")
                .IfGiven($"hold_id = {holdId}")
                .IfGiven($"CASE ended_as WHEN 3 THEN 1 WHEN 4 THEN 2 WHEN 5 THEN 3 ELSE 0 END = {status}")
                .Descending("hold_id", $"{before}")
                .Limit(limit),
            reader =>
            {
                var unit = Currency.Parse(reader.GetString(2));
                return new HoldView(
                    reader.GetGuid(0), reader.GetGuid(1), new Money(reader.GetInt64(3), unit), new Money(reader.GetInt64(4), unit),
                    StatusOf(reader.IsDBNull(5) ? null : (TransactionType)reader.GetInt16(5)), reader.GetFieldValue<DateTimeOffset>(6),
                    reader.Text(7));
            },
            cancellationToken);

    /// <summary>
    /// Lists wallets of all organisations that have something expired, longest overdue first, after a given one.
    /// </summary>
    public Task<IReadOnlyList<DueWallet>> DueAsync(DateTimeOffset now, DueWallet? after, int limit, CancellationToken cancellationToken) =>
        database.ListAsync(
            WalletTables.Wallets.Select("org_id, wallet_id, due_from")
                .Where($"due_from <= {now}")
                .Ascending("due_from, org_id, wallet_id", $"{after?.From}, {after?.Key.OrganisationId}, {after?.Key.Id}")
                .Limit(limit),
            reader => new DueWallet(new EntityKey(reader.GetGuid(0), reader.GetGuid(1)), reader.GetFieldValue<DateTimeOffset>(2)),
            cancellationToken);

    private static HoldStatus StatusOf(TransactionType? end) => end switch
    {
        null => HoldStatus.Open,
        TransactionType.Capture => HoldStatus.Captured,
        TransactionType.Release => HoldStatus.Voided,
        _ => HoldStatus.Expired,
    };
}
