using System.Globalization;
using System.Text;

namespace Platform;

/// <summary>Rules for text of callers, the same at the front door and in decisions.</summary>
public static class Text
{
    /// <summary>A name: 1 to <paramref name="maxLength"/> characters, not blank, without any control character.</summary>
    public static bool IsName(string? text, int maxLength = 200) =>
        text is not null && IsText(text, 1, maxLength) && !text.Any(char.IsControl);

    /// <summary>
    /// Text of anybody as one line of a log: at most <paramref name="max"/> characters, with U+FFFD for whatever breaks lines,
    /// moves the cursor, hides or reorders text, or is half a surrogate pair.
    /// </summary>
    public static string OneLine(string text, int max)
    {
        var line = text.Length <= max ? text : text[..max];
        return line.AsSpan().ContainsAnyExceptInRange(' ', '~')
            ? string.Concat(line.EnumerateRunes().Select(rune => IsVisible(rune) ? rune.ToString() : "\uFFFD"))
            : line;
    }

    private static bool IsVisible(Rune rune) => Rune.GetUnicodeCategory(rune) is not (
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or
        UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned);

    /// <summary>
    /// From <paramref name="min"/> to <paramref name="max"/> UTF-16 units, not blank unless it may be empty, whole surrogate
    /// pairs, and no control characters other than line breaks and tabs: what every store and log can keep.
    /// </summary>
    public static bool IsText(string text, int min, int max)
    {
        if (text.Length < min || text.Length > max || (min > 0 && string.IsNullOrWhiteSpace(text)))
        {
            return false;
        }

        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (char.IsSurrogate(c))
            {
                if (!char.IsHighSurrogate(c) || i + 1 == text.Length || !char.IsLowSurrogate(text[i + 1]))
                {
                    return false;
                }

                i++;
            }
            else if (char.IsControl(c) && c is not ('\r' or '\n' or '\t'))
            {
                return false;
            }
        }

        return true;
    }
}
