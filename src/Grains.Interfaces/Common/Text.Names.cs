using System.Globalization;
using System.Text;

namespace Platform;

/// <summary>
/// Names that others see. Characters that are invisible or reorder text are refused, because they make two names look alike.
/// Exceptions: joiners (U+200C, U+200D) between letters of the scripts from Arabic to Mongolian, the joiner between emoji, the emoji
/// presentation selector after a symbol or digit, and the variation selector after a Han character.
/// </summary>
public static partial class Text
{
    private const int NonJoiner = 0x200C;
    private const int Joiner = 0x200D;
    private const int TextForm = 0xFE0E;
    private const int EmojiForm = 0xFE0F;
    private const int BrailleBlank = 0x2800;

    /// <summary>Normalises a name for storage: trimmed, NFC.</summary>
    public static string NameOf(string name) => IsWellFormed(name) ? name.Trim().Normalize(NormalizationForm.FormC) : name;

    /// <summary>
    /// Whether this is a valid name: 1 to <paramref name="maxLength"/> characters once normalised, at least one of them visible, none
    /// hidden.
    /// </summary>
    public static bool IsName(string? text, int maxLength = 200) =>
        text is not null && IsLine(text, int.MaxValue) && NameOf(text).Length <= maxLength && IsVisible(text);

    /// <summary>
    /// Whether a character is invisible by itself: controls, formats, line separators, fillers, selectors and unassigned code points.
    /// </summary>
    public static bool IsHidden(Rune rune) => !IsPrinted(rune) || rune.Value is
        0x034F or 0x115F or 0x1160 or 0x17B4 or 0x17B5 or (>= 0x180B and <= 0x180F) or 0x3164 or (>= 0xFE00 and <= EmojiForm) or 0xFFA0 or
        (>= 0xE0100 and <= 0xE01EF);

    private static bool IsVisible(string text)
    {
        Rune[] runes = [.. text.EnumerateRunes()];
        var seen = false;
        for (var i = 0; i < runes.Length; i++)
        {
            if (IsHidden(runes[i]) &&
                (i == 0 || !IsAllowedBetween(runes[i - 1], runes[i].Value, i + 1 < runes.Length ? runes[i + 1] : null)))
            {
                return false;
            }

            seen |= !IsHidden(runes[i]) && !Rune.IsWhiteSpace(runes[i]) && !IsMark(runes[i]) && runes[i].Value != BrailleBlank;
        }

        return seen;
    }

    private static bool IsAllowedBetween(Rune before, int hidden, Rune? after) => hidden switch
    {
        NonJoiner => IsOfJoiningScript(before) && after is { } letter && IsOfJoiningScript(letter),
        Joiner => after is { } next &&
            ((IsOfJoiningScript(before) && IsOfJoiningScript(next)) ||
             (IsEmojiPart(before) && Rune.GetUnicodeCategory(next) == UnicodeCategory.OtherSymbol)),
        TextForm or EmojiForm => Rune.IsDigit(before) || Rune.IsSymbol(before) || Rune.IsPunctuation(before),
        >= 0xE0100 and <= 0xE01EF => before.Value is (>= 0x3400 and <= 0x9FFF) or (>= 0xF900 and <= 0xFAFF) or (>= 0x20000 and <= 0x3FFFF),
        _ => false,
    };

    private static bool IsOfJoiningScript(Rune rune) => rune.Value is >= 0x0600 and <= 0x18AF && (Rune.IsLetter(rune) || IsMark(rune));

    private static bool IsEmojiPart(Rune rune) =>
        rune.Value == EmojiForm || Rune.GetUnicodeCategory(rune) is UnicodeCategory.OtherSymbol or UnicodeCategory.ModifierSymbol;

    private static bool IsMark(Rune rune) => Rune.GetUnicodeCategory(rune) is
        UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark;
}
