using System.Text.Json;
using System.Text.Json.Serialization;

namespace Platform;

/// <summary>Reads and writes <see cref="Money"/> as an object of two strings; anything else is a <see cref="JsonException"/>.</summary>
public sealed class MoneyJsonConverter : JsonConverter<Money>
{
    public override Money Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var (amount, currency) = AmountJson.Read(ref reader, "Money");
        return Money.Read(amount, currency, out var money) switch
        {
            DecimalFault.None => money,
            DecimalFault.OutOfRange => throw new JsonException("'amount' is beyond the range of amounts: it is at most 10^15 minor units."),
            _ => throw new JsonException($"'amount' is not a decimal with at most {currency.Digits} digits after the point."),
        };
    }

    public override void Write(Utf8JsonWriter writer, Money value, JsonSerializerOptions options) =>
        AmountJson.Write(writer, value.ToDecimalString(), value.Currency);
}

/// <summary>The JSON of an amount in a currency: <c>{"amount":"12.50","currency":"USD"}</c>.</summary>
internal static class AmountJson
{
    /// <summary>Both strings, of which the currency is known to exist. What it is the amount of is named in messages.</summary>
    public static (string? Amount, Currency Currency) Read(ref Utf8JsonReader reader, string what)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw new JsonException($"{what} is an object with 'amount' and 'currency'.");
        }

        string? amount = null;
        string? currency = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString();
            reader.Read();
            if (reader.TokenType != JsonTokenType.String)
            {
                throw new JsonException($"'{name}' of {what.ToLowerInvariant()} is a string.");
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
                    throw new JsonException($"'{name}' is unknown or stands twice in {what.ToLowerInvariant()}.");
            }
        }

        return Currency.TryParse(currency, out var parsed) ? (amount, parsed) : throw new JsonException("'currency' is not an ISO 4217 code.");
    }

    public static void Write(Utf8JsonWriter writer, string amount, Currency currency)
    {
        writer.WriteStartObject();
        writer.WriteString("amount"u8, amount);
        writer.WriteString("currency"u8, currency.Code);
        writer.WriteEndObject();
    }
}
