using System.Globalization;

namespace Platform;

/// <summary>What is wrong with a text that is to be a decimal.</summary>
public enum DecimalFault
{
    None = 0,

    /// <summary>It is not digits with at most one point and a leading minus.</summary>
    Malformed = 1,

    /// <summary>More digits after the point than there may be.</summary>
    TooManyDigits = 2,

    /// <summary>A decimal, and larger than can be held.</summary>
    OutOfRange = 3,
}

/// <summary>Plain decimals such as <c>12.5</c>, as a whole number of their last digit: exact, never a float.</summary>
public static class DecimalText
{
    // All numbers of so many digits fit into 128 bits.
    private const int MaxDigits = 38;

    /// <summary>
    /// Reads digits, at most one point, at most <paramref name="digits"/> after it; no sign but a leading minus, no exponent, no spaces,
    /// no thousands separators. The value is in units of the last of these digits.
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

    /// <summary>The text of a value with as many digits after the point as it needs, and at least so many.</summary>
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
