using System.Text.RegularExpressions;

namespace Platform.Dealers;

/// <summary>Rules for the input of dealers, the same at the front door and in decisions.</summary>
public static partial class DealerRules
{
    /// <summary>1 to 64 letters and digits, with dots, hyphens and underscores between them.</summary>
    public static bool IsCode(string code) => Code().IsMatch(code);

    [GeneratedRegex("^[A-Za-z0-9]([A-Za-z0-9._-]{0,62}[A-Za-z0-9])?\\z", RegexOptions.CultureInvariant)]
    private static partial Regex Code();
}
