using System.Globalization;
using System.Text;

namespace Platform.Identity;

/// <summary>
/// An e-mail address as a login name, normalised for storage, comparison and display: the local part in NFC and lower case, the domain
/// as an A-label (IDNA), so that <c>bücher.example</c> and <c>xn--bcher-kva.example</c> are equal. Look-alike letters of different
/// scripts are not.
/// </summary>
public static class LoginName
{
    private const int MaxLength = 254;
    private const int MaxTyped = 4 * MaxLength;
    private static readonly IdnMapping Idn = new() { UseStd3AsciiRules = true };

    /// <summary>
    /// Normalises an address. Returns false if it is malformed (RFC 5321 lengths, one @, a domain with a dot), contains hidden
    /// characters, or has compatibility forms such as full-width letters in the local part (RFC 8264, 9.17).
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

    /// <summary>
    /// The name under which attempts are counted and lists are filtered: the normalised address; other text is folded to lower case.
    /// </summary>
    public static string NameOf(string typed) =>
        TryNormalise(typed, out var normalised) ? normalised : Text.IsWellFormed(typed) ? Fold(typed.Trim()) : typed;

    /// <summary>
    /// Other forms in which earlier builds may have stored the same address: as typed in lower case (in NFC only if ICU was available),
    /// with the domain as typed.
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
            var split = normalised.IndexOf('@', StringComparison.Ordinal);
            var (local, domain) = (normalised[..split], normalised[(split + 1)..]);
            foreach (var form in (string[])[$"{local}@{domain}", $"{local}@{Idn.GetUnicode(domain)}"])
            {
                forms.Add(form);
                forms.Add(form.Normalize(NormalizationForm.FormD));
            }

            forms.Remove(normalised);
        }

        return [.. forms];
    }

    /// <summary>The A-label of a domain; an invalid domain in lower case.</summary>
    public static string DomainOf(string domain) => TryToAscii(domain, out var ascii) ? ascii : domain.ToLowerInvariant();

    /// <summary>The grain key of a normalised address.</summary>
    public static EntityKey KeyOf(string normalised) =>
        new(Caller.Platform, OperationId.FromKey("login-name", normalised).Value);

    private static bool IsShaped(string typed, int at, int max) =>
        typed.Length <= max && at > 0 && at == typed.LastIndexOf('@') && typed.Length - at > 3 && Text.IsText(typed, 1, max);

    private static bool IsRefused(Rune rune) =>
        Text.IsHidden(rune) || Rune.IsWhiteSpace(rune) || rune.Value is '<' or '>' or '"' or ',';

    // Composed twice: lower-casing can decompose a letter.
    private static string Fold(string text) =>
        text.Normalize(NormalizationForm.FormC).ToLowerInvariant().Normalize(NormalizationForm.FormC);

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
        label.Length is > 0 and <= 63 && label[0] != '-' && label[^1] != '-' &&
        label.All(static c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-');
}
