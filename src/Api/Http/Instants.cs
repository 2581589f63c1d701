using System.Globalization;

namespace Platform.Api.Http;

/// <summary>Reads and writes instants as RFC 3339 has them: date, T, time and an offset; never a local time.</summary>
public static class Instants
{
    /// <summary>What <see cref="IsInRange"/> demands, in words.</summary>
    public const string Range = "A time is in the years 1970 to 2200, in UTC.";

    private static readonly DateTimeOffset End = new(2201, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly string[] Formats =
    [
        "yyyy-MM-dd'T'HH:mm:ss'Z'", "yyyy-MM-dd'T'HH:mm:sszzz",
        "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFzzz",
    ];

    /// <summary>Whether a request may name this instant.</summary>
    public static bool IsInRange(DateTimeOffset instant) => instant >= DateTimeOffset.UnixEpoch && instant < End;

    /// <summary>In UTC, to the microsecond as the ledger has it.</summary>
    public static string ToText(DateTimeOffset instant) => instant.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);

    /// <summary>As Postgres keeps it: what is finer is dropped.</summary>
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
