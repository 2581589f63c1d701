namespace Platform;

/// <summary>The limits of metadata that callers supply: 20 entries, keys of 1 to 40 characters and values of at most 500.</summary>
public static class Metadata
{
    public static bool IsValid(IReadOnlyDictionary<string, string>? metadata) =>
        metadata is null ||
        (metadata.Count <= 20 && metadata.All(entry =>
            Text.IsText(entry.Key, 1, 40) && entry.Value is not null && Text.IsText(entry.Value, 0, 500)));
}
