using System.Text;
using Platform.Dealers;
using Platform.Grains.Dealers;
using Platform.Grains.Engine.Registration;
using Platform.Storage.Engine;
using Platform.Storage.Engine.Tables;

namespace Platform.Storage.Dealers;

/// <summary>Filters dealers. Top: those without a parent. Name: a prefix. Reached: the only ones that the caller may see.</summary>
public sealed record DealerFilter(
    Guid? ParentId = null, bool Top = false, string? Name = null, string? Code = null, DealerStatus? Status = null,
    IReadOnlyList<Guid>? Reached = null);

/// <summary>Table <c>dealer</c> and its lists.</summary>
[Singleton]
public sealed class DealerQueries(PlatformDatabase database)
{
    internal static readonly Table<DealerRow> Table = new("dealer", TableKind.Derived, columns => columns
        .Key("org_id", row => row.OrganisationId)
        .Key("dealer_id", row => row.Dealer.Id)
        .Value("parent_id", row => row.Dealer.ParentId)
        .Value("name", row => row.Dealer.Name)
        .Value("sort_key", row => SortKey(row.Dealer.Name))
        .Value("code", row => row.Dealer.Code)
        .Value("status", row => (short)row.Dealer.Status)
        .Version("version", row => row.Dealer.Version));

    /// <summary>One page of dealers by name, starting after the dealer <paramref name="after"/>.</summary>
    public Task<IReadOnlyList<DealerView>> ListAsync(
        Guid organisationId, Guid? after, DealerFilter filter, int limit, CancellationToken cancellationToken)
    {
        var beginning = filter.Name is { } name ? SortKey(name) : null;
        return database.ListAsync(
            Table.Select("dealer_id, parent_id, name, code, status, version")
                .Where($"org_id = {organisationId}")
                .IfGiven($"parent_id = {filter.ParentId}")
                .If(filter.Top, $"parent_id IS NULL")
                .IfGiven($"sort_key >= {beginning} AND starts_with(sort_key, {beginning})")
                .IfGiven($"lower(code) = lower({filter.Code})")
                .IfGiven($"status = {filter.Status}")
                .IfGiven($"dealer_id = ANY ({filter.Reached})")
                .Ascending(
                    "sort_key, dealer_id",
                    $"SELECT sort_key, dealer_id FROM dealer WHERE org_id = {organisationId} AND dealer_id = {after}")
                .Limit(limit),
            reader => new DealerView(
                reader.GetGuid(0), reader.Optional<Guid>(1), reader.GetString(2), reader.Text(3),
                (DealerStatus)reader.GetInt16(4), reader.GetInt64(5)),
            cancellationToken);
    }

    /// <summary>The name in the form that is sorted and searched.</summary>
    private static string SortKey(string name) => name.Normalize(NormalizationForm.FormC).ToLowerInvariant();
}
