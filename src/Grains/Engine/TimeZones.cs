using NodaTime;

namespace Platform.Grains.Engine;

/// <summary>Time zones by IANA id, the same in the API and in decisions. The contracts do not depend on a library for them.</summary>
public static class TimeZones
{
    private const int MaxLength = 64; // The longest id is much shorter.

    public static DateTimeZone? Find(string id) => id.Length <= MaxLength ? DateTimeZoneProviders.Tzdb.GetZoneOrNull(id) : null;
}
