namespace Platform;

/// <summary>One page of a list. <see cref="NextCursor"/> is opaque; it is null on the last page.</summary>
public sealed record Page<T>(IReadOnlyList<T> Items, string? NextCursor)
{
    /// <summary>The page with each item turned into another.</summary>
    public Page<TOther> Select<TOther>(Func<T, TOther> select) => new([.. Items.Select(select)], NextCursor);
}
