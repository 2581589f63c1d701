using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Platform.Activities;

/// <summary>
/// A quantity of an activity: a decimal with at most 6 digits after the decimal point, stored in millionths. Arithmetic is exact and
/// checked. It is a number in JSON; requests may also use a decimal string.
/// </summary>
[Immutable, JsonConverter(typeof(QuantityJsonConverter))]
public readonly record struct Quantity(Int128 Millionths)
{
    public const int Digits = 6;
    public const int PerUnit = 1_000_000;

    /// <summary>The whole units.</summary>
    public long Whole => checked((long)(Millionths / PerUnit));

    /// <summary>The millionths beyond the whole units.</summary>
    public int Rest => (int)(Millionths % PerUnit);

    public static Quantity Of(long whole, int rest) => new(((Int128)whole * PerUnit) + rest);

    public static implicit operator Quantity(long units) => Of(units, 0);

    public static Quantity operator +(Quantity left, Quantity right) => new(checked(left.Millionths + right.Millionths));

    public static Quantity operator -(Quantity left, Quantity right) => new(checked(left.Millionths - right.Millionths));

    public static bool operator <(Quantity left, Quantity right) => left.Millionths < right.Millionths;

    public static bool operator >(Quantity left, Quantity right) => left.Millionths > right.Millionths;

    public static bool operator <=(Quantity left, Quantity right) => left.Millionths <= right.Millionths;

    public static bool operator >=(Quantity left, Quantity right) => left.Millionths >= right.Millionths;

    public static Quantity Min(Quantity left, Quantity right) => left < right ? left : right;

    public static Quantity Max(Quantity left, Quantity right) => left > right ? left : right;

    /// <summary>Parses a plain decimal; returns what is wrong with it, if anything.</summary>
    public static DecimalFault Read(ReadOnlySpan<char> text, out Quantity quantity)
    {
        var fault = DecimalText.Read(text, Digits, out var millionths);
        if (fault == DecimalFault.None && Int128.Abs(millionths / PerUnit) > long.MaxValue)
        {
            fault = DecimalFault.OutOfRange;
        }

        quantity = fault == DecimalFault.None ? new Quantity(millionths) : default;
        return fault;
    }

    /// <summary>Formats with as few digits as possible: <c>3</c>, <c>0.25</c>.</summary>
    public override string ToString() => DecimalText.Write(Millionths, Digits, 0);
}

/// <summary>
/// Writes a number; reads a number or a decimal string. Numbers may have an exponent, since some serialisers write small ones so.
/// </summary>
public sealed class QuantityJsonConverter : JsonConverter<Quantity>
{
    private const int MaxLength = 64;

    public override Quantity Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType is not (JsonTokenType.Number or JsonTokenType.String))
        {
            throw new JsonException("A quantity must be a number or a decimal string.");
        }

        var text = reader.TokenType == JsonTokenType.String ? reader.GetString()!
            : Encoding.UTF8.GetString(
                reader.HasValueSequence ? System.Buffers.BuffersExtensions.ToArray(reader.ValueSequence) : reader.ValueSpan);
        if (reader.TokenType == JsonTokenType.Number && text.AsSpan().IndexOfAny('e', 'E') is >= 0 and var exponent)
        {
            text = WithoutExponent(text, exponent);
        }

        return Quantity.Read(text, out var quantity) switch
        {
            DecimalFault.None => quantity,
            DecimalFault.OutOfRange => throw new JsonException("The quantity is out of range."),
            _ => throw new JsonException($"A quantity must be a decimal with at most {Quantity.Digits} digits after the decimal point."),
        };
    }

    public override void Write(Utf8JsonWriter writer, Quantity value, JsonSerializerOptions options)
    {
        if (value.Rest == 0)
        {
            writer.WriteNumberValue(value.Whole);
        }
        else
        {
            writer.WriteRawValue(value.ToString());
        }
    }

    // Moves the decimal point instead. Returns overly long text or exponents unchanged, so that parsing rejects them.
    private static string WithoutExponent(string text, int at)
    {
        if (text.Length > MaxLength ||
            !int.TryParse(text.AsSpan(at + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var shift) ||
            shift is < -99 or > 99)
        {
            return text;
        }

        var sign = text[0] == '-' ? "-" : "";
        var mantissa = text[sign.Length..at];
        var point = mantissa.IndexOf('.', StringComparison.Ordinal);
        var digits = mantissa.Replace(".", "", StringComparison.Ordinal);
        var position = (point < 0 ? digits.Length : point) + shift;
        digits = position <= 0 ? new string('0', 1 - position) + digits : digits.PadRight(position, '0');
        position = Math.Max(position, 1);
        var fraction = digits[position..].TrimEnd('0');
        return $"{sign}{digits[..position]}{(fraction.Length > 0 ? "." : "")}{fraction}";
    }
}
