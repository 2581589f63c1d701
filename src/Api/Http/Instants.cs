using System.Globalization;

namespace Platform.Api.Http;

/// <summary>Reads and writes instants in RFC 3339: date, T, time and an offset, never a local time.</summary>
public static class Instants
{
    /// <summary>The error text if <see cref="IsInRange"/> is false.</summary>
    public const string Range = "The time must be in the years 1970 to 2200, in UTC.";

    private static readonly DateTimeOffset End = new(2201, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly string[] Formats =
    [
        "yyyy-MM-dd'T'HH:mm:ss'Z'", "yyyy-MM-dd'T'HH:mm:sszzz",
        "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFzzz",
    ];

    /// <summary>Whether requests may use this instant.</summary>
    public static bool IsInRange(DateTimeOffset instant) => instant >= DateTimeOffset.UnixEpoch && instant < End;

    /// <summary>Formats an instant in UTC with microseconds, as the ledger does.</summary>
    public static string ToText(DateTimeOffset instant) =>
        instant.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);

    /// <summary>Truncates to microseconds, as Postgres stores it.</summary>
    public static DateTimeOffset ToMicroseconds(DateTimeOffset instant) =>
        new(instant.UtcTicks - (instant.UtcTicks % TimeSpan.TicksPerMicrosecond), TimeSpan.Zero);

    public static bool TryParse(string? text, out DateTimeOffset instant)
    {
        if (DateTimeOffset.TryParseExact(
            text, Formats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out instant))
        {
            return true;
        }

        instant = default;
        return false;
    }
}
