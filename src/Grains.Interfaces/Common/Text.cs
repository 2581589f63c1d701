using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Platform;

/// <summary>Rules for text from callers. The front door and decisions share them.</summary>
public static partial class Text
{
    /// <summary>
    /// Whether this is one line, such as an id from another system: 1 to <paramref name="maxLength"/> characters, not blank, no control
    /// characters.
    /// </summary>
    public static bool IsLine(string? text, int maxLength = 200) =>
        text is not null && IsText(text, 1, maxLength) && !text.Any(char.IsControl);

    /// <summary>
    /// Shortens untrusted text to one line of at most <paramref name="max"/> characters for a log. Replaces with U+FFFD whatever breaks
    /// lines, moves the cursor, hides or reorders text, or is half a surrogate pair.
    /// </summary>
    public static string OneLine(string text, int max)
    {
        var line = text.Length <= max ? text : text[..max];
        return line.AsSpan().ContainsAnyExceptInRange(' ', '~')
            ? string.Concat(line.EnumerateRunes().Select(rune => IsPrinted(rune) ? rune.ToString() : "\uFFFD"))
            : line;
    }

    private static bool IsPrinted(Rune rune) => Rune.GetUnicodeCategory(rune) is not (
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or
        UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned);

    /// <summary>
    /// Whether every store and log can keep this text: <paramref name="min"/> to <paramref name="max"/> UTF-16 units, not blank unless
    /// it may be empty, no lone surrogates, and no control characters other than line breaks and tabs.
    /// </summary>
    public static bool IsText(string text, int min, int max) =>
        text.Length >= min && text.Length <= max && (min == 0 || !string.IsNullOrWhiteSpace(text)) && IsWellFormed(text) &&
        !text.Any(static c => char.IsControl(c) && c is not ('\r' or '\n' or '\t'));

    /// <summary>
    /// Whether this is a code such as <c>form-download</c>: 1 to 64 lower-case letters, digits and hyphens, with no hyphen at either
    /// end.
    /// </summary>
    public static bool IsCode(string? text) => text is not null && Code().IsMatch(text);

    /// <summary>Whether this has the form of a BCP 47 language tag, such as <c>de-DE</c>.</summary>
    public static bool IsLanguageTag(string? text) => text is not null && LanguageTag().IsMatch(text);

    /// <summary>Whether all surrogates are paired. Other text has neither a normal form nor a UTF-8 encoding.</summary>
    public static bool IsWellFormed(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsSurrogate(text[i]) && (i + 1 == text.Length || !char.IsSurrogatePair(text[i], text[++i])))
            {
                return false;
            }
        }

        return true;
    }

    [GeneratedRegex("^[a-z0-9]([a-z0-9-]{0,62}[a-z0-9])?\\z", RegexOptions.CultureInvariant)]
    private static partial Regex Code();

    [GeneratedRegex("^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,3}\\z", RegexOptions.CultureInvariant)]
    private static partial Regex LanguageTag();
}
