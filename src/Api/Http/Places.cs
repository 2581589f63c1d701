using System.Text.RegularExpressions;

namespace Platform.Api.Http;

/// <summary>Time zones (IANA) and locales (the shape of BCP 47).</summary>
public static partial class Places
{
    public static bool IsTimeZone(string id) => id.Length <= 64 && NodaTime.DateTimeZoneProviders.Tzdb.GetZoneOrNull(id) is not null;

    public static bool IsLocale(string tag) => tag.Length <= 35 && Locale().IsMatch(tag);

    [GeneratedRegex("^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*\\z")]
    private static partial Regex Locale();
}
