using NodaTime;

namespace Platform.Grains.Engine;

/// <summary>Time zones by their IANA id, the same at the front door and in decisions. The contracts know no library for them.</summary>
public static class TimeZones
{
    private const int MaxLength = 64; // Of text that is looked up; the longest id is much shorter.

    public static DateTimeZone? Find(string id) => id.Length <= MaxLength ? DateTimeZoneProviders.Tzdb.GetZoneOrNull(id) : null;
}
