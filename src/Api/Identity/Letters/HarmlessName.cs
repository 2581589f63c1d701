using System.Globalization;
using System.Text;

namespace Platform.Api.Identity.Letters;

/// <summary>
/// Filters names of users and organisations for the platform's letters. Readers trust these letters, so a stranger's name must not
/// smuggle in a link, an address or a phone number. Only names that are certainly plain are shown.
/// </summary>
public static class HarmlessName
{
    private const int MaxLength = 60;
    private const int MaxDigits = 4;

    /// <summary>Returns the name, or null if it could contain more than a name.</summary>
    public static string? Of(string? name)
    {
        var text = name?.Trim().Normalize(NormalizationForm.FormKC) ?? "";
        var isRefused = text.Length is 0 or > MaxLength || text.Count(char.IsDigit) > MaxDigits || HasLink(text) ||
            text.EnumerateRunes().Any(rune => !IsPlain(rune));
        return isRefused ? null : text;
    }

    // Letters, their marks, digits and a few signs. No slash, colon, @ or bracket, no invisible or reordering characters, and no character
    // that looks like a dot.
    private static bool IsPlain(Rune rune) => Rune.GetUnicodeCategory(rune) switch
    {
        UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter or
        UnicodeCategory.ModifierLetter or UnicodeCategory.OtherLetter or UnicodeCategory.NonSpacingMark or
        UnicodeCategory.SpacingCombiningMark or UnicodeCategory.DecimalDigitNumber => true,
        _ => rune.Value is ' ' or '.' or ',' or '\'' or '-' or '&' or '\u2019' or '\u2013',
    };

    // A dot may end a word ("Inc.", "J. Smith"), but inside a word it looks like a domain.
    private static bool HasLink(string text) =>
        text.Contains("www", StringComparison.OrdinalIgnoreCase) || text.Contains("http", StringComparison.OrdinalIgnoreCase) ||
        text.Where((c, i) => c == '.' && i + 1 < text.Length && text[i + 1] != ' ').Any();
}
