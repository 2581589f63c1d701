namespace Platform.Grains.Common;

/// <summary>Rules for text that people see.</summary>
public static class Text
{
    /// <summary>1 to <paramref name="maxLength"/> characters, not blank, without control characters.</summary>
    public static bool IsName(string? text, int maxLength = 200) =>
        !string.IsNullOrWhiteSpace(text) && text.Length <= maxLength && !text.Any(char.IsControl);
}
