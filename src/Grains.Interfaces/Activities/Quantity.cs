using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Platform.Activities;

/// <summary>
/// How much of an activity: a decimal with at most 6 digits after the point, kept as whole millionths. Arithmetic is exact and checked.
/// JSON has it as a number; a request may also have it as a decimal string.
/// </summary>
[Immutable, JsonConverter(typeof(QuantityJsonConverter))]
public readonly record struct Quantity(Int128 Millionths)
{
    public const int Digits = 6;
    public const int PerUnit = 1_000_000;

    /// <summary>The whole units of it.</summary>
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

    /// <summary>Reads a plain decimal, and says what is wrong with what is none.</summary>
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

    /// <summary>As few digits as it needs: <c>3</c>, <c>0.25</c>.</summary>
    public override string ToString() => DecimalText.Write(Millionths, Digits, 0);
}

/// <summary>Writes a number; reads a number or a decimal string. A number may have an exponent, as some serialisers write small ones.</summary>
public sealed class QuantityJsonConverter : JsonConverter<Quantity>
{
    private const int MaxLength = 64;

    public override Quantity Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType is not (JsonTokenType.Number or JsonTokenType.String))
        {
            throw new JsonException("A quantity is a number or a decimal string.");
        }

        var text = reader.TokenType == JsonTokenType.String ? reader.GetString()!
            : Encoding.UTF8.GetString(reader.HasValueSequence ? System.Buffers.BuffersExtensions.ToArray(reader.ValueSequence) : reader.ValueSpan);
        if (reader.TokenType == JsonTokenType.Number && text.AsSpan().IndexOfAny('e', 'E') is >= 0 and var exponent)
        {
            text = WithoutExponent(text, exponent);
        }

        return Quantity.Read(text, out var quantity) switch
        {
            DecimalFault.None => quantity,
            DecimalFault.OutOfRange => throw new JsonException("The quantity is beyond the range of quantities."),
            _ => throw new JsonException($"A quantity is a decimal with at most {Quantity.Digits} digits after the point."),
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

    // The same digits with the point moved. Text that is not worth the trouble is left as it is, and refused as such.
    private static string WithoutExponent(string text, int at)
    {
        if (text.Length > MaxLength || !int.TryParse(text.AsSpan(at + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var shift) || shift is < -99 or > 99)
        {
            return text;
        }

        var sign = text[0] == '-' ? "-" : "";
        var mantissa = text[sign.Length..at];
        var point = mantissa.IndexOf('.', StringComparison.Ordinal);
        var digits = mantissa.Replace(".", "", StringComparison.Ordinal);
        var place = (point < 0 ? digits.Length : point) + shift;
        digits = place <= 0 ? new string('0', 1 - place) + digits : digits.PadRight(place, '0');
        place = Math.Max(place, 1);
        var fraction = digits[place..].TrimEnd('0');
        return $"{sign}{digits[..place]}{(fraction.Length > 0 ? "." : "")}{fraction}";
    }
}
