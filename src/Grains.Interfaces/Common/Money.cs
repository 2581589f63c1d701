using System.Globalization;
using System.Text.Json.Serialization;

namespace Platform;

/// <summary>Why a text is no amount of a currency.</summary>
public enum MoneyFault
{
    None = 0,

    /// <summary>It is no plain decimal with at most the currency's digits.</summary>
    NoDecimal = 1,

    /// <summary>It is one, but past what 64 bits hold.</summary>
    OutOfRange = 2,
}

/// <summary>
/// An amount in whole minor units of one currency. Arithmetic is checked and refuses to mix currencies.
/// As JSON it is <c>{"amount":"12.50","currency":"USD"}</c>, never a number.
/// </summary>
[GenerateSerializer, Immutable, Alias("platform.money")]
[JsonConverter(typeof(MoneyJsonConverter))]
public readonly record struct Money([property: Id(0)] long Minor, [property: Id(1)] Currency Currency)
{
    /// <summary>The largest amount that a request may name: 10^15 minor units, so that sums stay far from overflow.</summary>
    public const long MaxRequestMinor = 1_000_000_000_000_000;

    private const int MaxLength = 24;
    private const int MaxWholeDigits = 19;

    public static Money Zero(Currency currency) => new(0, currency);

    public static Money operator +(Money left, Money right) => new(checked(left.Minor + left.Same(right).Minor), left.Currency);

    public static Money operator -(Money left, Money right) => new(checked(left.Minor - left.Same(right).Minor), left.Currency);

    public static Money operator *(Money left, long factor) => new(checked(left.Minor * factor), left.Currency);

    public static bool operator <(Money left, Money right) => left.Minor < left.Same(right).Minor;

    public static bool operator >(Money left, Money right) => left.Minor > left.Same(right).Minor;

    public static bool operator <=(Money left, Money right) => !(left > right);

    public static bool operator >=(Money left, Money right) => !(left < right);

    /// <summary>
    /// Reads a plain decimal such as <c>12.5</c>: digits, at most one point, at most the currency's digits after it,
    /// no sign but a leading minus, no exponent, no spaces, no thousands separators.
    /// </summary>
    public static bool TryParse(string? amount, Currency currency, out Money money) => Read(amount, currency, out money) == MoneyFault.None;

    /// <summary>As <see cref="TryParse"/>; tells what is no decimal of the currency from what is one, but more than is ever kept.</summary>
    public static MoneyFault Read(string? amount, Currency currency, out Money money)
    {
        money = default;
        if (string.IsNullOrEmpty(amount))
        {
            return MoneyFault.NoDecimal;
        }

        var text = amount.AsSpan();
        var negative = text[0] == '-';
        if (negative)
        {
            text = text[1..];
        }

        var point = text.IndexOf('.');
        var whole = point < 0 ? text : text[..point];
        var fraction = point < 0 ? [] : text[(point + 1)..];
        if (whole.IsEmpty || (point >= 0 && fraction.IsEmpty) || fraction.Length > currency.Digits || !AllDigits(whole) || !AllDigits(fraction))
        {
            return MoneyFault.NoDecimal;
        }

        if (amount.Length > MaxLength)
        {
            return whole.TrimStart('0').Length > MaxWholeDigits ? MoneyFault.OutOfRange : MoneyFault.NoDecimal;
        }

        Int128 minor = 0;
        foreach (var digit in whole)
        {
            minor = (minor * 10) + (digit - '0');
        }

        for (var i = 0; i < currency.Digits; i++)
        {
            minor = (minor * 10) + (i < fraction.Length ? fraction[i] - '0' : 0);
        }

        if (minor > long.MaxValue)
        {
            return MoneyFault.OutOfRange;
        }

        money = new Money((long)(negative ? -minor : minor), currency);
        return MoneyFault.None;
    }

    /// <summary>The amounts that a request may name in a currency, in words: <c>more than 0 and at most 10000000000000.00 USD</c>.</summary>
    public static string RangeOf(Currency currency) => $"more than 0 and at most {new Money(MaxRequestMinor, currency)}";

    /// <summary>The decimal text with exactly the currency's digits: <c>12.50</c>.</summary>
    public string ToDecimalString()
    {
        var digits = Currency.Digits;
        var text = Int128.Abs(Minor).ToString(CultureInfo.InvariantCulture).PadLeft(digits + 1, '0');
        var unsigned = digits == 0 ? text : $"{text.AsSpan(0, text.Length - digits)}.{text.AsSpan(text.Length - digits)}";
        return Minor < 0 ? $"-{unsigned}" : unsigned;
    }

    public override string ToString() => $"{ToDecimalString()} {Currency.Code}";

    private static bool AllDigits(ReadOnlySpan<char> text) => text.IndexOfAnyExceptInRange('0', '9') < 0;

    private Money Same(Money other) => other.Currency == Currency
        ? other
        : throw new InvalidOperationException($"{Currency} and {other.Currency} cannot be combined.");
}
