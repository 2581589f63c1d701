using System.Globalization;

namespace Platform;

/// <summary>Why a text is not a valid decimal.</summary>
public enum DecimalFault
{
    None = 0,

    /// <summary>The text is not digits with at most one decimal point and an optional leading minus.</summary>
    Malformed = 1,

    /// <summary>There are too many digits after the decimal point.</summary>
    TooManyDigits = 2,

    /// <summary>The text is a decimal, but its value is too large.</summary>
    OutOfRange = 3,
}

/// <summary>
/// Parses and formats plain decimals such as <c>12.5</c>. The value is a whole number of the last digit's unit: exact, never a float.
/// </summary>
public static class DecimalText
{
    // Every number of this many digits fits into 128 bits.
    private const int MaxDigits = 38;

    /// <summary>
    /// Parses digits with at most one decimal point and at most <paramref name="digits"/> digits after it. Allows a leading minus, but
    /// no plus sign, exponent, spaces or thousands separators. The value counts units of the last of these digits.
    /// </summary>
    public static DecimalFault Read(ReadOnlySpan<char> text, int digits, out Int128 value)
    {
        value = 0;
        var negative = text is ['-', ..];
        var unsigned = negative ? text[1..] : text;
        var point = unsigned.IndexOf('.');
        var whole = point < 0 ? unsigned : unsigned[..point];
        var fraction = point < 0 ? [] : unsigned[(point + 1)..];
        if (whole.IsEmpty || (point >= 0 && fraction.IsEmpty) || !AllDigits(whole) || !AllDigits(fraction))
        {
            return DecimalFault.Malformed;
        }

        if (fraction.Length > digits)
        {
            return DecimalFault.TooManyDigits;
        }

        whole = whole.TrimStart('0');
        if (whole.Length + digits > MaxDigits)
        {
            return DecimalFault.OutOfRange;
        }

        foreach (var digit in whole)
        {
            value = (value * 10) + (digit - '0');
        }

        for (var i = 0; i < digits; i++)
        {
            value = (value * 10) + (i < fraction.Length ? fraction[i] - '0' : 0);
        }

        value = negative ? -value : value;
        return DecimalFault.None;
    }

    /// <summary>Formats a value with as many digits after the point as it needs, and at least <paramref name="atLeast"/>.</summary>
    public static string Write(Int128 value, int digits, int atLeast)
    {
        var text = Int128.Abs(value).ToString(CultureInfo.InvariantCulture).PadLeft(digits + 1, '0').AsSpan();
        var kept = digits == atLeast ? digits : Math.Max(text[^digits..].TrimEnd('0').Length, atLeast);
        var whole = text[..^digits];
        var unsigned = kept == 0 ? whole.ToString() : $"{whole}.{text.Slice(whole.Length, kept)}";
        return value < 0 ? $"-{unsigned}" : unsigned;
    }

    private static bool AllDigits(ReadOnlySpan<char> text) => text.IndexOfAnyExceptInRange('0', '9') < 0;
}
