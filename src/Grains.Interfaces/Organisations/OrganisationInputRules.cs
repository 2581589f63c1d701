using System.Text.RegularExpressions;

namespace Platform.Organisations;

/// <summary>Rules for the input of organisations, the same at the front door and in decisions. The API has OrganisationRules of its own.</summary>
public static partial class OrganisationInputRules
{
    /// <summary>Why an organisation is suspended: 1 to 500 characters.</summary>
    public static bool IsReason(string? reason) => reason is not null && Text.IsText(reason, 1, 500);

    /// <summary>RFC 5646 as far as people use it: language, script, region.</summary>
    public static bool IsLocale(string? locale) => locale is not null && LanguageTag().IsMatch(locale);

    [GeneratedRegex("^[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?\\z", RegexOptions.CultureInvariant)]
    private static partial Regex LanguageTag();
}
