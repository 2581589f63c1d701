using System.Diagnostics.CodeAnalysis;
using Platform.Access;

namespace Platform.Grains.Access;

/// <summary>
/// What a question about access is about. A resource is reached by its owner, through the dealers that it belongs to, or with a
/// permission in the whole organisation. Wallets and activities are their owner's and belong to the dealers of their owner.
/// </summary>
public sealed record ResourceRef
{
    /// <summary>What belongs to nobody in particular: only a permission in the whole organisation reaches it.</summary>
    public static readonly ResourceRef Organisation = new(null, []);

    private ResourceRef(Guid? ownerId, IReadOnlyList<Guid> dealers) => (OwnerId, Dealers) = (ownerId, dealers);

    public Guid? OwnerId { get; }

    public IReadOnlyList<Guid> Dealers { get; }

    public static ResourceRef Dealer(Guid dealerId) => new(null, [dealerId]);

    /// <summary>A place in the dealer tree: below a dealer, or at the top.</summary>
    public static ResourceRef PlaceBelow(Guid? parentId) => parentId is { } id ? Dealer(id) : Organisation;

    /// <summary>A user, or what a user owns, who is associated with these dealers.</summary>
    public static ResourceRef OwnedBy(Guid userId, IReadOnlyList<Guid> dealers) => new(userId, dealers);

    /// <summary>A user with these roles, who is associated with the dealers at which they are held.</summary>
    public static ResourceRef UserWith(Guid userId, IEnumerable<Grant> grants) =>
        new(userId, [.. grants.Select(grant => grant.DealerId).OfType<Guid>().Distinct()]);

    /// <summary>
    /// Reads <c>organisation</c>, <c>dealer:{id}</c> or <c>user:{id}</c>. The dealers of a user are not in the text:
    /// complete it with <see cref="OwnedBy"/>.
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
