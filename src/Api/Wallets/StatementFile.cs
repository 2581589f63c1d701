using System.Buffers;
using System.Text.Json;
using Platform.Api.Http;
using Platform.Storage.Wallets;
using Platform.Wallets;

namespace Platform.Api.Wallets;

/// <summary>Writes a statement line by line. The output does not depend on when it is written.</summary>
public abstract class StatementFile(IBufferWriter<byte> output) : IDisposable
{
    private static readonly Dictionary<TransactionType, string> Names =
        Enum.GetValues<TransactionType>().ToDictionary(type => type, type => JsonNamingPolicy.CamelCase.ConvertName(type.ToString()));

    protected IBufferWriter<byte> Output { get; } = output;

    public abstract void Begin(StatementHead head);

    /// <summary>Writes a line; the sum includes it.</summary>
    public abstract void Write(StatementLine line, in StatementSum sum);

    public abstract void End(in StatementSum sum);

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
    }

    /// <summary>The sub-user of a lease or settlement as text; null if the line has none.</summary>
    protected static string? SubUserOf(StatementLine line) =>
        line is { SubUserId: { } user, SubWalletId: { } wallet } ? $"Sub-user {user}, wallet {wallet}" : null;

    protected static string NameOf(TransactionType type) => Names.TryGetValue(type, out var name) ? name : type.ToString();
}

/// <summary>Writes a statement as JSON, in the shape of <see cref="Statement"/>.</summary>
public sealed class StatementJson(IBufferWriter<byte> output) : StatementFile(output)
{
    private readonly Utf8JsonWriter _json = new(output, new JsonWriterOptions { SkipValidation = true });
    private Currency _currency;

    public override void Begin(StatementHead head)
    {
        _currency = head.Currency;
        _json.WriteStartObject();
        _json.WriteString("walletId"u8, head.WalletId);
        _json.WriteString("currency"u8, head.Currency.Code);
        Member("from"u8, head.From);
        Member("to"u8, head.To);
        Member("asKnownAt"u8, head.AsKnownAt);
        Member("opening"u8, new Money(head.Opening, _currency));
        _json.WriteStartArray("lines"u8);
    }

    // Written by hand, because this is nearly all the cost of a long statement. The output equals a serialized StatementEntry.
    public override void Write(StatementLine line, in StatementSum sum)
    {
        _json.WriteStartObject();
        _json.WriteNumber("sequence"u8, line.Sequence);
        _json.WriteString("at"u8, line.At.UtcDateTime);
        _json.WriteString("knownAt"u8, line.KnownAt.UtcDateTime);
        _json.WriteString("transactionId"u8, line.Id);
        _json.WriteString("type"u8, NameOf(line.Type));
        Amount("amount"u8, line.Amount);
        Amount("change"u8, line.Change);
        Amount("balance"u8, sum.Balance);
        _json.WriteString("reference"u8, line.Reference);
        _json.WriteString("reason"u8, line.Reason);
        if (line is { SubUserId: { } user, SubWalletId: { } wallet })
        {
            _json.WriteStartObject("subUser"u8);
            _json.WriteString("userId"u8, user);
            _json.WriteString("walletId"u8, wallet);
            _json.WriteEndObject();
        }
        else
        {
            _json.WriteNull("subUser"u8);
        }

        _json.WriteEndObject();
        _json.Flush();
    }

    public override void End(in StatementSum sum)
    {
        _json.WriteEndArray();
        Member("credits"u8, new Money(sum.Credits, _currency));
        Member("debits"u8, new Money(sum.Debits, _currency));
        Member("closing"u8, new Money(sum.Balance, _currency));
        _json.WriteNumber("count"u8, sum.Count);
        _json.WriteEndObject();
        _json.Flush();
    }

    protected override void Dispose(bool disposing)
    {
        _json.Reset(); // Discards the buffer, so that a response that breaks off does not look complete.
        _json.Dispose();
        base.Dispose(disposing);
    }

    private void Amount(ReadOnlySpan<byte> name, long minor)
    {
        _json.WriteStartObject(name);
        _json.WriteString("amount"u8, new Money(minor, _currency).ToDecimalString());
        _json.WriteString("currency"u8, _currency.Code);
        _json.WriteEndObject();
    }

    private void Member<T>(ReadOnlySpan<byte> name, T value)
    {
        _json.WritePropertyName(name);
        JsonSerializer.Serialize(_json, value, PlatformJson.Of<T>());
    }
}

/// <summary>
/// Writes a statement as CSV: header, opening balance, lines, closing balance. Text cells are escaped against formula injection.
/// </summary>
public sealed class StatementCsv(IBufferWriter<byte> output) : StatementFile(output)
{
    private static readonly string[] Columns =
        ["sequence", "at", "knownAt", "type", "transactionId", "amount", "debit", "credit", "balance", "currency", "reference", "reason"];

    private Currency _currency;

    public override void Begin(StatementHead head)
    {
        _currency = head.Currency;
        Csv.WriteCells(Output, Columns.Select(Csv.Cell));
        Balance("opening", head.From, head.Opening);
    }

    public override void Write(StatementLine line, in StatementSum sum) => Csv.WriteCells(
        Output,
        [
            Number(line.Sequence), Instants.ToText(line.At), Instants.ToText(line.KnownAt), NameOf(line.Type), line.Id.ToString(),
            Amount(line.Amount),
            line.Change < 0 ? Amount(-line.Change) : "", line.Change > 0 ? Amount(line.Change) : "", Amount(sum.Balance), _currency.Code,
            Csv.Cell(line.Reference ?? ""), Csv.Cell(line.Reason ?? SubUserOf(line) ?? ""),
        ]);

    public override void End(in StatementSum sum) => Balance("closing", null, sum.Balance);

    private void Balance(string type, DateTimeOffset? at, long balance) => Csv.WriteCells(
        Output, ["", at is { } instant ? Instants.ToText(instant) : "", "", type, "", "", "", "", Amount(balance), _currency.Code, "", ""]);

    private string Amount(long minor) => new Money(minor, _currency).ToDecimalString();

    private static string Number(long number) => number.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
