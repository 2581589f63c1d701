using System.Globalization;
using System.Text.Json;

namespace Platform.Grains.Wallets;

/// <summary>The first line of a ledger export: the organisation, the time of the export, and the exported period.</summary>
public sealed record LedgerHeader(Guid OrganisationId, DateTimeOffset ExportedAt, DateTimeOffset? From = null, DateTimeOffset? To = null);

/// <summary>
/// Reads and writes the lines of a ledger export, one JSON object each. A line is lossless and has exactly one valid form: all members in
/// this order, amounts in minor units, instants in UTC with microseconds. Any other form is rejected.
/// </summary>
public static class LedgerLine
{
    public const string Format = "platform-ledger-export/1";

    private const string Instant = "yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'";

    /// <summary>Writes the first line: <c>{"format":"platform-ledger-export/1",..}</c>.</summary>
    public static void Write(Utf8JsonWriter writer, LedgerHeader header)
    {
        writer.WriteStartObject();
        writer.WriteString("format"u8, Format);
        writer.WriteString("organisationId"u8, header.OrganisationId);
        writer.WriteString("exportedAt"u8, TextOf(header.ExportedAt));
        writer.WriteString("from"u8, header.From is { } from ? TextOf(from) : null);
        writer.WriteString("to"u8, header.To is { } to ? TextOf(to) : null);
        writer.WriteEndObject();
    }

    /// <summary>Writes a transaction line: <c>{"transaction":{..}}</c>.</summary>
    public static void Write(Utf8JsonWriter writer, WalletTransactionRow row)
    {
        writer.WriteStartObject();
        writer.WriteStartObject("transaction"u8);
        writer.WriteString("organisationId"u8, row.Key.OrganisationId);
        writer.WriteString("walletId"u8, row.Key.Id);
        writer.WriteNumber("sequence"u8, row.Sequence);
        writer.WriteNumber("version"u8, row.Version);
        writer.WriteString("id"u8, row.Id);
        writer.WriteNumber("type"u8, row.Type);
        writer.WriteString("currency"u8, row.Currency);
        writer.WriteNumber("amount"u8, row.Amount);
        writer.WriteNumber("balanceAfter"u8, row.BalanceAfter);
        writer.WriteNumber("heldAfter"u8, row.HeldAfter);
        writer.WriteNumber("availableAfter"u8, row.AvailableAfter);
        writer.WriteString("reason"u8, row.Reason);
        writer.WriteString("reference"u8, row.Reference);
        writer.WriteString("at"u8, TextOf(row.At));
        writer.WriteString("knownAt"u8, TextOf(row.KnownAt));
        writer.WriteString("actorId"u8, row.ActorId);
        writer.WriteString("operationId"u8, row.OperationId);
        writer.WriteString("relatedId"u8, row.RelatedId?.ToString());
        writer.WriteStartArray("postings"u8);
        foreach (var number in row.Postings)
        {
            writer.WriteNumberValue(number);
        }

        writer.WriteEndArray();
        Write(writer, row.Metadata);
        Span<byte> hash = stackalloc byte[32];
        row.Hash.Write(hash);
        writer.WriteString("hash"u8, Convert.ToHexStringLower(hash));
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    /// <summary>Parses the first line.</summary>
    /// <exception cref="FormatException">The line does not have this format.</exception>
    public static LedgerHeader ParseHeader(ReadOnlySpan<byte> line) => Read(line, static (ref LedgerReader reader) =>
    {
        if (reader.Text("format"u8) != Format)
        {
            throw new FormatException($"The format is not {Format}.");
        }

        return new LedgerHeader(
            reader.Id("organisationId"u8), reader.Instant("exportedAt"u8), reader.InstantOrNull("from"u8), reader.InstantOrNull("to"u8));
    });

    /// <summary>Parses a transaction line.</summary>
    /// <exception cref="FormatException">The line does not have this format.</exception>
    public static WalletTransactionRow Parse(ReadOnlySpan<byte> line) => Read(line, static (ref LedgerReader reader) =>
    {
        reader.Begin("transaction"u8);
        var row = new WalletTransactionRow(
            new EntityKey(reader.Id("organisationId"u8), reader.Id("walletId"u8)), reader.Number("sequence"u8), reader.Number("version"u8),
            reader.Id("id"u8), checked((short)reader.Number("type"u8)), reader.Text("currency"u8), reader.Number("amount"u8),
            reader.Number("balanceAfter"u8), reader.Number("heldAfter"u8), reader.Number("availableAfter"u8), reader.TextOrNull("reason"u8),
            reader.TextOrNull("reference"u8), reader.Instant("at"u8), reader.Instant("knownAt"u8), reader.Id("actorId"u8),
            reader.Id("operationId"u8),
            reader.IdOrNull("relatedId"u8), reader.Numbers("postings"u8), reader.Texts("metadata"u8), reader.Hash("hash"u8));
        reader.End();
        return row;
    });

    private static T Read<T>(ReadOnlySpan<byte> line, Parsing<T> parse)
    {
        try
        {
            var reader = new LedgerReader(line);
            var read = parse(ref reader);
            reader.End();
            reader.Done();
            return read;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or OverflowException)
        {
            throw new FormatException($"The line is not valid in format {Format}.", exception);
        }
    }

    private static void Write(Utf8JsonWriter writer, IReadOnlyDictionary<string, string>? metadata)
    {
        if (metadata is null)
        {
            writer.WriteNull("metadata"u8);
            return;
        }

        writer.WriteStartObject("metadata"u8);
        foreach (var (name, value) in metadata.OrderBy(entry => entry.Key, StringComparer.Ordinal))
        {
            writer.WriteString(name, value);
        }

        writer.WriteEndObject();
    }

    private static string TextOf(DateTimeOffset instant) => instant.UtcDateTime.ToString(Instant, CultureInfo.InvariantCulture);

    private delegate T Parsing<out T>(ref LedgerReader reader);
}
