using System.Text.Json;
using System.Text.Json.Serialization;

namespace Platform;

/// <summary>
/// Reads and writes <see cref="Money"/> as an object of two strings; anything else is a <see cref="JsonException"/>. The serializer knows
/// the path to the money alone: the member of it that is at fault stands in the data of the exception.
/// </summary>
public sealed class MoneyJsonConverter : JsonConverter<Money>
{
    /// <summary>The key of the name of the member at fault in the data of the exception.</summary>
    public const string Member = "money.member";

    private const string Amount = "amount";
    private const string CurrencyCode = "currency";

    public override Money Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw new JsonException("Money is an object with 'amount' and 'currency'.");
        }

        string? amount = null;
        string? currency = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString();
            reader.Read();
            if (reader.TokenType != JsonTokenType.String)
            {
                throw Fault(name, $"'{name}' of money is a string.");
            }

            switch (name)
            {
                case Amount when amount is null:
                    amount = reader.GetString();
                    break;
                case CurrencyCode when currency is null:
                    currency = reader.GetString();
                    break;
                default:
                    throw Fault(name, $"'{name}' is unknown or stands twice in money.");
            }
        }

        if (!Currency.TryParse(currency, out var parsed))
        {
            throw Fault(CurrencyCode, "'currency' is not an ISO 4217 code.");
        }

        return Money.Read(amount, parsed, out var money) switch
        {
            MoneyFault.None => money,
            MoneyFault.OutOfRange => throw Fault(Amount, $"The amount is {Money.RangeOf(parsed)}."),
            _ => throw Fault(Amount, $"'amount' is not a decimal with at most {parsed.Digits} digits after the point."),
        };
    }

    private static JsonException Fault(string? member, string message)
    {
        var fault = new JsonException(message);
        fault.Data[Member] = member;
        return fault;
    }

    public override void Write(Utf8JsonWriter writer, Money value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        writer.WriteString("amount"u8, value.ToDecimalString());
        writer.WriteString("currency"u8, value.Currency.Code);
        writer.WriteEndObject();
    }
}
