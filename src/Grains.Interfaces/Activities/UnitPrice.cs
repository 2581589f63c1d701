using System.Text.Json;
using System.Text.Json.Serialization;

namespace Platform.Activities;

/// <summary>
/// The price of one unit. Unlike money it may be finer than the currency's minor unit, with up to 12 digits after the decimal point. Minor
/// is in minor units; Fraction is the rest, in 10^-12 of the currency's unit. In JSON: <c>{"amount":"0.005","currency":"USD"}</c>.
/// </summary>
[GenerateSerializer, Immutable, Alias("platform.activities.unit-price")]
[JsonConverter(typeof(UnitPriceJsonConverter))]
public readonly record struct UnitPrice(
    [property: Id(0)] long Minor, [property: Id(1)] Currency Currency, [property: Id(2)] long Fraction = 0)
{
    public const int Digits = 12;

    /// <summary>The maximum price, at which the maximum quantity costs the maximum amount.</summary>
    public const long MaxMinor = Money.MaxRequestMinor / 1_000_000;

    private const long PartsPerUnit = 1_000_000_000_000;

    /// <summary>The whole price in 10^-12 of the currency's unit.</summary>
    public Int128 Parts => ((Int128)Minor * (PartsPerUnit / Currency.MinorPerUnit)) + Fraction;

    public bool IsNegative => Parts < 0;

    public bool IsTooLarge => Parts > new UnitPrice(MaxMinor, Currency).Parts;

    /// <summary>Parses a plain decimal; returns what is wrong with it, if anything.</summary>
    public static DecimalFault Read(string? amount, Currency currency, out UnitPrice price)
    {
        price = default;
        var fault = DecimalText.Read(amount, Digits, out var parts);
        var (minor, fraction) = Int128.DivRem(parts, PartsPerUnit / currency.MinorPerUnit);
        if (fault == DecimalFault.None && Int128.Abs(minor) > long.MaxValue)
        {
            fault = DecimalFault.OutOfRange;
        }

        price = fault == DecimalFault.None ? new UnitPrice((long)minor, currency, (long)fraction) : default;
        return fault;
    }

    /// <summary>Formats with as few digits as possible, but at least those of the currency.</summary>
    public string ToDecimalString() => DecimalText.Write(Parts, Digits, Currency.Digits);

    public override string ToString() => $"{ToDecimalString()} {Currency.Code}";
}

/// <summary>Reads and writes a unit price as an object of two strings.</summary>
public sealed class UnitPriceJsonConverter : JsonConverter<UnitPrice>
{
    public override UnitPrice Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var (amount, currency) = AmountJson.Read(ref reader, "A unit price");
        return UnitPrice.Read(amount, currency, out var price) switch
        {
            DecimalFault.None => price,
            DecimalFault.OutOfRange => throw AmountJson.Fault(
                AmountJson.Amount, "'amount' is out of range: a unit price must be at most 10^9 minor units."),
            _ => throw AmountJson.Fault(
                AmountJson.Amount, $"'amount' must be a decimal with at most {UnitPrice.Digits} digits after the decimal point."),
        };
    }

    public override void Write(Utf8JsonWriter writer, UnitPrice value, JsonSerializerOptions options) =>
        AmountJson.Write(writer, value.ToDecimalString(), value.Currency);
}
