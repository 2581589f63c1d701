using Platform.Grains.Engine;

namespace Platform.Api.Http;

/// <summary>Time zones (IANA) and locales (the shape of BCP 47).</summary>
public static class Places
{
    public static bool IsTimeZone(string id) => TimeZones.Find(id) is not null;

    public static bool IsLocale(string tag) => Text.IsLanguageTag(tag);
}
