using System.Diagnostics.CodeAnalysis;

namespace Platform;

/// <summary>
/// The key of every grain that belongs to an organisation: <c>o.{organisation}/{id}</c>, both as 32 hex digits. It never parses as a
/// hex number, because Orleans' storage would normalise it if it did (dotnet/orleans#9706).
/// </summary>
public readonly record struct EntityKey(Guid OrganisationId, Guid Id)
{
    private const int Length = 2 + 32 + 1 + 32;

    /// <summary>The key of an entity that each organisation has exactly once, such as the organisation itself.</summary>
    public static EntityKey Of(Guid organisationId) => new(organisationId, organisationId);

    public static EntityKey Parse(string key) =>
        TryParse(key, out var parsed) ? parsed : throw new FormatException("Not an entity key: o.{organisation}/{id}.");

    public static bool TryParse([NotNullWhen(true)] string? key, out EntityKey parsed)
    {
        parsed = default;
        if (key is not { Length: Length } || !key.StartsWith("o.", StringComparison.Ordinal) || key[34] != '/' ||
            !Guid.TryParseExact(key.AsSpan(2, 32), "N", out var organisation) ||
            !Guid.TryParseExact(key.AsSpan(35, 32), "N", out var id))
        {
            return false;
        }

        parsed = new EntityKey(organisation, id);
        return true;
    }

    public override string ToString() => string.Create(Length, this, static (span, key) =>
    {
        "o.".CopyTo(span);
        key.OrganisationId.TryFormat(span[2..], out _, "N");
        span[34] = '/';
        key.Id.TryFormat(span[35..], out _, "N");
    });
}
