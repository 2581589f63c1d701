using System.Text.Json;
using System.Text.Json.Serialization;

namespace Platform;

/// <summary>
/// Reads and writes <see cref="Money"/> as an object of two strings; throws <see cref="JsonException"/> for anything else. The
/// serializer reports only the path to the money, so the exception's data names the invalid member.
/// </summary>
public sealed class MoneyJsonConverter : JsonConverter<Money>
{
    /// <summary>The key, in the data of the exception, of the name of the invalid member.</summary>
    public const string Member = "money.member";

    public override Money Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var (amount, currency) = AmountJson.Read(ref reader, "Money");
        return Money.Read(amount, currency, out var money) switch
        {
            DecimalFault.None => money,
            DecimalFault.OutOfRange => throw AmountJson.Fault(AmountJson.Amount, $"The amount must be {Money.RangeOf(currency)}."),
            _ => throw AmountJson.Fault(
                AmountJson.Amount, $"'amount' must be a decimal with at most {currency.Digits} digits after the point."),
        };
    }

    public override void Write(Utf8JsonWriter writer, Money value, JsonSerializerOptions options) =>
        AmountJson.Write(writer, value.ToDecimalString(), value.Currency);
}

/// <summary>Reads and writes an amount in a currency: <c>{"amount":"12.50","currency":"USD"}</c>.</summary>
internal static class AmountJson
{
    public const string Amount = "amount";
    private const string CurrencyCode = "currency";

    /// <summary>
    /// Reads both strings and checks that the currency exists. <paramref name="what"/> names the amount in error messages.
    /// </summary>
    public static (string? Amount, Currency Currency) Read(ref Utf8JsonReader reader, string what)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw new JsonException($"{what} must be an object with 'amount' and 'currency'.");
        }

        string? amount = null;
        string? currency = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString();
            reader.Read();
            if (reader.TokenType != JsonTokenType.String)
            {
                throw Fault(name, $"'{name}' of {what.ToLowerInvariant()} must be a string.");
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
                    throw Fault(name, $"'{name}' of {what.ToLowerInvariant()} is unknown or occurs twice.");
            }
        }

        return Currency.TryParse(currency, out var parsed)
            ? (amount, parsed)
            : throw Fault(CurrencyCode, "'currency' must be an ISO 4217 code.");
    }

    /// <summary>An exception with this message, whose data names the invalid member.</summary>
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
