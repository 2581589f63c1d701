using System.Text;
using NpgsqlTypes;
using Platform.Dealers;
using Platform.Grains.Engine.Registration;
using Platform.Storage.Engine;
using static Platform.Storage.Engine.Reading;

namespace Platform.Storage.Dealers;

/// <summary>Which dealers are asked for: Name is a beginning, Reached the only ones that may be shown, Top those without a parent.</summary>
public sealed record DealerFilter(
    Guid? ParentId = null, bool Top = false, string? Name = null, string? Code = null, DealerStatus? Status = null, IReadOnlyList<Guid>? Reached = null);

/// <summary>Lists of dealers.</summary>
[Singleton]
public sealed class DealerQueries(PlatformDatabase database)
{
    /// <summary>Dealers in the order of their names, after one, at most <paramref name="limit"/>.</summary>
    public Task<IReadOnlyList<DealerView>> ListAsync(
        Guid organisationId, Guid? after, DealerFilter filter, int limit, CancellationToken cancellationToken) =>
        database.ListAsync(
            """
            SELECT dealer_id, parent_id, name, code, status, version
            FROM dealer
            WHERE org_id = $1
              AND ($2::uuid IS NULL OR (sort_key, dealer_id) > (SELECT sort_key, dealer_id FROM dealer WHERE org_id = $1 AND dealer_id = $2))
              AND ($3::uuid IS NULL OR parent_id = $3)
              AND (NOT $4 OR parent_id IS NULL)
              AND ($5::text IS NULL OR (sort_key >= $5 AND starts_with(sort_key, $5)))
              AND ($6::text IS NULL OR lower(code) = lower($6))
              AND ($7::smallint IS NULL OR status = $7)
              AND ($8::uuid[] IS NULL OR dealer_id = ANY ($8))
            ORDER BY sort_key, dealer_id
            LIMIT $9
            """,
            [
                Value(organisationId),
                Optional(after, NpgsqlDbType.Uuid),
                Optional(filter.ParentId, NpgsqlDbType.Uuid),
                Value(filter.Top),
                Optional(filter.Name is { } name ? SortKey(name) : null, NpgsqlDbType.Text),
                Optional(filter.Code, NpgsqlDbType.Text),
                Optional((short?)filter.Status, NpgsqlDbType.Smallint),
                Optional(filter.Reached?.ToArray(), NpgsqlDbType.Array | NpgsqlDbType.Uuid),
                Value(limit),
            ],
            reader => new DealerView(
                reader.GetGuid(0), reader.IsDBNull(1) ? null : reader.GetGuid(1), reader.GetString(2), reader.Text(3),
                (DealerStatus)reader.GetInt16(4), reader.GetInt64(5)),
            cancellationToken);

    /// <summary>A name as it is sorted and searched.</summary>
    internal static string SortKey(string name) => name.Normalize(NormalizationForm.FormC).ToLowerInvariant();
}
