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

    public override Money Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var (amount, currency) = AmountJson.Read(ref reader, "Money");
        return Money.Read(amount, currency, out var money) switch
        {
            DecimalFault.None => money,
            DecimalFault.OutOfRange => throw AmountJson.Fault(AmountJson.Amount, $"The amount is {Money.RangeOf(currency)}."),
            _ => throw AmountJson.Fault(AmountJson.Amount, $"'amount' is not a decimal with at most {currency.Digits} digits after the point."),
        };
    }

    public override void Write(Utf8JsonWriter writer, Money value, JsonSerializerOptions options) =>
        AmountJson.Write(writer, value.ToDecimalString(), value.Currency);
}

/// <summary>The JSON of an amount in a currency: <c>{"amount":"12.50","currency":"USD"}</c>.</summary>
internal static class AmountJson
{
    public const string Amount = "amount";
    private const string CurrencyCode = "currency";

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
                throw Fault(name, $"'{name}' of {what.ToLowerInvariant()} is a string.");
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
                    throw Fault(name, $"'{name}' is unknown or stands twice in {what.ToLowerInvariant()}.");
            }
        }

        return Currency.TryParse(currency, out var parsed) ? (amount, parsed) : throw Fault(CurrencyCode, "'currency' is not an ISO 4217 code.");
    }

    /// <summary>What is wrong, with the name of the member that it is about.</summary>
    public static JsonException Fault(string? member, string message)
    {
        var fault = new JsonException(message);
        fault.Data[MoneyJsonConverter.Member] = member;
        return fault;
    }

    public static void Write(Utf8JsonWriter writer, string amount, Currency currency)
    {
        writer.WriteStartObject();
        writer.WriteString("amount"u8, amount);
        writer.WriteString("currency"u8, currency.Code);
        writer.WriteEndObject();
    }
}
