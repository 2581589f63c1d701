using System.Text.Json.Serialization;

namespace Platform;

/// <summary>
/// An amount in whole minor units of one currency. Arithmetic is checked, and throws if currencies are mixed. As JSON it is
/// <c>{"amount":"12.50","currency":"USD"}</c>, never a number.
/// </summary>
[GenerateSerializer, Immutable, Alias("platform.money")]
[JsonConverter(typeof(MoneyJsonConverter))]
public readonly record struct Money([property: Id(0)] long Minor, [property: Id(1)] Currency Currency)
{
    /// <summary>The largest amount that a request may contain: 10^15 minor units, so that sums stay far from overflow.</summary>
    public const long MaxRequestMinor = 1_000_000_000_000_000;

    public static Money Zero(Currency currency) => new(0, currency);

    public static Money operator +(Money left, Money right) => new(checked(left.Minor + left.Same(right).Minor), left.Currency);

    public static Money operator -(Money left, Money right) => new(checked(left.Minor - left.Same(right).Minor), left.Currency);

    public static Money operator *(Money left, long factor) => new(checked(left.Minor * factor), left.Currency);

    public static bool operator <(Money left, Money right) => left.Minor < left.Same(right).Minor;

    public static bool operator >(Money left, Money right) => left.Minor > left.Same(right).Minor;

    public static bool operator <=(Money left, Money right) => !(left > right);

    public static bool operator >=(Money left, Money right) => !(left < right);

    /// <summary>
    /// Parses a plain decimal such as <c>12.5</c> with at most the currency's digits after the point (<see cref="DecimalText"/>).
    /// </summary>
    public static bool TryParse(string? amount, Currency currency, out Money money) =>
        Read(amount, currency, out money) == DecimalFault.None;

    /// <summary>Like <see cref="TryParse"/>, but returns what is wrong.</summary>
    public static DecimalFault Read(string? amount, Currency currency, out Money money)
    {
        money = default;
        var fault = DecimalText.Read(amount, currency.Digits, out var minor);
        if (fault == DecimalFault.None && Int128.Abs(minor) > long.MaxValue)
        {
            fault = DecimalFault.OutOfRange;
        }

        money = fault == DecimalFault.None ? new Money((long)minor, currency) : default;
        return fault;
    }

    /// <summary>The range of amounts that a request may contain, in words: <c>more than 0 and at most 10000000000000.00 USD</c>.</summary>
    public static string RangeOf(Currency currency) => $"more than 0 and at most {new Money(MaxRequestMinor, currency)}";

    /// <summary>The amount with exactly the currency's digits: <c>12.50</c>.</summary>
    public string ToDecimalString() => DecimalText.Write(Minor, Currency.Digits, Currency.Digits);

    public override string ToString() => $"{ToDecimalString()} {Currency.Code}";

    private Money Same(Money other) => other.Currency == Currency
        ? other
        : throw new InvalidOperationException($"{Currency} and {other.Currency} cannot be combined.");
}
