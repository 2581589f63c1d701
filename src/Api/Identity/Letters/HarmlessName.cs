using System.Globalization;
using System.Text;

namespace Platform.Api.Identity.Letters;

/// <summary>
/// Names that people choose for themselves and their organisations, in letters of the platform. Whoever reads the letter trusts it, so a
/// stranger's name must not bring a link, an address or a number to call into it. Only what is certainly a plain name is shown.
/// </summary>
public static class HarmlessName
{
    private const int MaxLength = 60;
    private const int MaxDigits = 4;

    /// <summary>The name; null where it could be more than one.</summary>
    public static string? Of(string? name)
    {
        var text = name?.Trim().Normalize(NormalizationForm.FormKC) ?? "";
        return text.Length is 0 or > MaxLength || text.Count(char.IsDigit) > MaxDigits || HasLink(text) || text.EnumerateRunes().Any(rune => !IsPlain(rune))
            ? null
            : text;
    }

    // Letters, their marks, digits and few signs: no slash, colon, @ or bracket, nothing that is invisible or turns text around, and no
    // lookalike of a dot.
    private static bool IsPlain(Rune rune) => Rune.GetUnicodeCategory(rune) switch
    {
        UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter or UnicodeCategory.ModifierLetter or
        UnicodeCategory.OtherLetter or UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.DecimalDigitNumber => true,
        _ => rune.Value is ' ' or '.' or ',' or '\'' or '-' or '&' or '\u2019' or '\u2013',
    };

    // A dot ends a word ("Inc.", "J. Smith"); one inside a word makes an address of it.
    private static bool HasLink(string text) =>
        text.Contains("www", StringComparison.OrdinalIgnoreCase) || text.Contains("http", StringComparison.OrdinalIgnoreCase) ||
        text.Where((c, i) => c == '.' && i + 1 < text.Length && text[i + 1] != ' ').Any();
}
