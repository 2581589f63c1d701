using System.Diagnostics.CodeAnalysis;
using Platform.Access;

namespace Platform.Grains.Access;

/// <summary>
/// The resource that an access check is about. Access comes from owning it, through the dealers it belongs to, or from a permission in
/// the whole organisation. Wallets and activities belong to their owner and to the owner's dealers.
/// </summary>
public sealed record ResourceRef
{
    /// <summary>A resource without owner and dealers: only a permission in the whole organisation applies.</summary>
    public static readonly ResourceRef Organisation = new(null, []);

    private ResourceRef(Guid? ownerId, IReadOnlyList<Guid> dealers) => (OwnerId, Dealers) = (ownerId, dealers);

    public Guid? OwnerId { get; }

    public IReadOnlyList<Guid> Dealers { get; }

    public static ResourceRef Dealer(Guid dealerId) => new(null, [dealerId]);

    /// <summary>A place in the dealer tree: below a dealer, or at the top.</summary>
    public static ResourceRef PlaceBelow(Guid? parentId) => parentId is { } id ? Dealer(id) : Organisation;

    /// <summary>A user, or something the user owns, with the dealers that the user belongs to.</summary>
    public static ResourceRef OwnedBy(Guid userId, IReadOnlyList<Guid> dealers) => new(userId, dealers);

    /// <summary>A user with these grants, who belongs to the dealers of the grants.</summary>
    public static ResourceRef UserWith(Guid userId, IEnumerable<Grant> grants) =>
        new(userId, [.. grants.Select(grant => grant.DealerId).OfType<Guid>().Distinct()]);

    /// <summary>
    /// Parses <c>organisation</c>, <c>dealer:{id}</c> or <c>user:{id}</c>. The text does not contain a user's dealers: complete it with
    /// <see cref="OwnedBy"/>.
    /// </summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out ResourceRef? resource)
    {
        resource = null;
        if (text == "organisation")
        {
            resource = Organisation;
        }
        else if (text is not null && text.IndexOf(':', StringComparison.Ordinal) is > 0 and var colon &&
            Guid.TryParseExact(text.AsSpan(colon + 1), "D", out var id))
        {
            resource = text.AsSpan(0, colon) switch
            {
                "dealer" => Dealer(id),
                "user" => OwnedBy(id, []),
                _ => null,
            };
        }

        return resource is not null;
    }
}
