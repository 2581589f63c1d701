using System.Text.Json;
using System.Text.Json.Serialization;

namespace Platform;

/// <summary>Reads and writes <see cref="Money"/> as an object of two strings; anything else is a <see cref="JsonException"/>.</summary>
public sealed class MoneyJsonConverter : JsonConverter<Money>
{
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
                throw new JsonException($"'{name}' of money is a string.");
            }

            switch (name)
            {
                case "amount" when amount is null:
                    amount = reader.GetString();
                    break;
                case "currency" when currency is null:
                    currency = reader.GetString();
                    break;
                default:
                    throw new JsonException($"'{name}' is unknown or stands twice in money.");
            }
        }

        if (!Currency.TryParse(currency, out var parsed))
        {
            throw new JsonException("'currency' is not an ISO 4217 code.");
        }

        return Money.TryParse(amount, parsed, out var money)
            ? money
            : throw new JsonException($"'amount' is not a decimal with at most {parsed.Digits} digits after the point.");
    }

    public override void Write(Utf8JsonWriter writer, Money value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        writer.WriteString("amount"u8, value.ToDecimalString());
        writer.WriteString("currency"u8, value.Currency.Code);
        writer.WriteEndObject();
    }
}
