using System.Globalization;
using System.Text;

namespace Platform.Identity;

/// <summary>
/// An e-mail address as a login name. One form is kept, compared and shown: the part before the @ in NFC and lower case, the domain as its
/// A-label (IDNA), so that <c>bücher.example</c> and <c>xn--bcher-kva.example</c> are one. Letters of different scripts that look alike
/// are different letters.
/// </summary>
public static class LoginName
{
    private const int MaxLength = 254;
    private const int MaxTyped = 4 * MaxLength;
    private static readonly IdnMapping Idn = new() { UseStd3AsciiRules = true };

    /// <summary>
    /// The normalised address; false where the text has not the shape of one (RFC 5321 lengths, one @, a dotted domain), hides characters,
    /// or has before the @ what is another character's compatibility form (RFC 8264, 9.17), such as a full-width letter.
    /// </summary>
    public static bool TryNormalise(string? email, out string normalised)
    {
        normalised = "";
        var typed = (email ?? "").Trim();
        var at = typed.IndexOf('@', StringComparison.Ordinal);
        if (!IsShaped(typed, at, MaxTyped) || typed.EnumerateRunes().Any(IsRefused) || !TryToAscii(typed[(at + 1)..], out var domain))
        {
            return false;
        }

        var local = Fold(typed[..at]);
        if (local.Length > 64 || local.Length + 1 + domain.Length > MaxLength || !local.IsNormalized(NormalizationForm.FormKC))
        {
            return false;
        }

        normalised = $"{local}@{domain}";
        return true;
    }

    /// <summary>What an address is called where attempts are counted and lists are filtered: normalised; what is none, without regard to case.</summary>
    public static string NameOf(string typed) =>
        TryNormalise(typed, out var normalised) ? normalised : Text.IsWellFormed(typed) ? Fold(typed.Trim()) : typed;

    /// <summary>
    /// Other forms under which builds before this one may have kept the same address. They kept what was typed, in lower case: with ICU in
    /// NFC, without it as it came, and the domain as it was written.
    /// </summary>
    public static IReadOnlyList<string> EarlierForms(string email)
    {
        var typed = email.Trim();
        var at = typed.IndexOf('@', StringComparison.Ordinal);
        if (!IsShaped(typed, at, MaxLength))
        {
            return [];
        }

        var forms = new HashSet<string>(StringComparer.Ordinal) { typed.ToLowerInvariant(), Fold(typed) };
        if (TryNormalise(email, out var normalised))
        {
            var (local, domain) = (normalised[..normalised.IndexOf('@', StringComparison.Ordinal)], normalised[(normalised.IndexOf('@', StringComparison.Ordinal) + 1)..]);
            foreach (var form in (string[])[$"{local}@{domain}", $"{local}@{Idn.GetUnicode(domain)}"])
            {
                forms.Add(form);
                forms.Add(form.Normalize(NormalizationForm.FormD));
            }

            forms.Remove(normalised);
        }

        return [.. forms];
    }

    /// <summary>A domain as its A-label; what is none, in lower case.</summary>
    public static string DomainOf(string domain) => TryToAscii(domain, out var ascii) ? ascii : domain.ToLowerInvariant();

    /// <summary>The grain key of a normalised address.</summary>
    public static EntityKey KeyOf(string normalised) =>
        new(Caller.Platform, OperationId.FromKey("login-name", normalised).Value);

    private static bool IsShaped(string typed, int at, int max) =>
        typed.Length <= max && at > 0 && at == typed.LastIndexOf('@') && typed.Length - at > 3 && Text.IsText(typed, 1, max);

    private static bool IsRefused(Rune rune) => Text.IsHidden(rune) || Rune.IsWhiteSpace(rune) || rune.Value is '<' or '>' or '"' or ',';

    // Twice: a letter in lower case need not be composed.
    private static string Fold(string text) => text.Normalize(NormalizationForm.FormC).ToLowerInvariant().Normalize(NormalizationForm.FormC);

    private static bool TryToAscii(string domain, out string ascii)
    {
        ascii = domain.ToLowerInvariant();
        if (!Ascii.IsValid(ascii) || ascii.Contains("xn--", StringComparison.Ordinal))
        {
            try
            {
                ascii = Idn.GetAscii(ascii).ToLowerInvariant();
                if (Idn.GetAscii(Idn.GetUnicode(ascii)) != ascii)
                {
                    return false;
                }
            }
            catch (ArgumentException)
            {
                return false;
            }
        }

        return ascii.Length >= 3 && ascii.Contains('.', StringComparison.Ordinal) && ascii.Split('.').All(IsLabel);
    }

    private static bool IsLabel(string label) =>
        label.Length is > 0 and <= 63 && label[0] != '-' && label[^1] != '-' && label.All(static c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-');
}
