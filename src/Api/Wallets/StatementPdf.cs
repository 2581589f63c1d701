using System.Buffers;
using System.Globalization;
using Platform.Api.Http;
using Platform.Storage.Wallets;

namespace Platform.Api.Wallets;

/// <summary>Writes a statement as PDF. Each page has a header and starts with the balance brought forward.</summary>
public sealed class StatementPdf(IBufferWriter<byte> output) : StatementFile(output)
{
    private static readonly Columns Titles = new()
    {
        Sequence = "Sequence", At = "Effective", KnownAt = "Known, if later", Type = "Type", Reference = "Reference", Reason = "Reason",
        Amount = "Amount", Change = "Change", Balance = "Balance",
    };

    private readonly PdfWriter _pdf = new(output);
    private StatementHead _head = null!;
    private StatementSum _sum;

    public override void Begin(StatementHead head)
    {
        (_head, _sum) = (head, new StatementSum(head.Opening, 0, 0, 0));
        _pdf.Begin();
        Head("Opening balance");
    }

    public override void Write(StatementLine line, in StatementSum sum)
    {
        var subUser = SubUserOf(line);
        if (_pdf.LinesLeft < (subUser is null ? 1 : 2))
        {
            Head("Balance brought forward");
        }

        _sum = sum;
        _pdf.Line(new Columns
        {
            Sequence = line.Sequence.ToString(CultureInfo.InvariantCulture),
            At = Short(line.At),
            KnownAt = line.KnownAt == line.At ? "" : Short(line.KnownAt),
            Type = NameOf(line.Type),
            Reference = line.Reference ?? "",
            Reason = line.Reason ?? "",
            Amount = Amount(line.Amount),
            Change = line.Change == 0 ? "" : Amount(line.Change),
            Balance = Amount(sum.Balance),
        }.ToText());
        if (subUser is not null)
        {
            _pdf.Line($"{"",9} {subUser}");
        }
    }

    public override void End(in StatementSum sum)
    {
        if (_pdf.LinesLeft < 4)
        {
            Head("Balance brought forward");
        }

        _pdf.Line("");
        var closing = string.Create(CultureInfo.InvariantCulture, $"Closing balance, {sum.Count} lines");
        _pdf.Line(new Columns { Reason = "Credits", Change = Amount(sum.Credits) }.ToText());
        _pdf.Line(new Columns { Reason = "Debits", Change = Amount(-sum.Debits) }.ToText());
        _pdf.Line(new Columns { Reason = closing, Balance = Amount(sum.Balance) }.ToText(), bold: true);
        _pdf.End();
    }

    private void Head(string balance)
    {
        _pdf.Page();
        var title = $"Statement of wallet {_head.WalletId} in {_head.Currency.Code}, page";
        _pdf.Line(string.Create(CultureInfo.InvariantCulture, $"{title} {_pdf.Pages}"), bold: true);
        var (from, to) = (Text(_head.From, "the beginning"), Text(_head.To, "the end"));
        _pdf.Line($"From {from} to {to}, as known at {Instants.ToText(_head.AsKnownAt)}. Times are UTC.");
        _pdf.Line("");
        _pdf.Line(Titles.ToText(), bold: true);
        _pdf.Line(new Columns { Reason = balance, Balance = Amount(_sum.Balance) }.ToText());
    }

    private static string Fit(string text, int width)
    {
        var line = Platform.Text.OneLine(text, int.MaxValue);
        return line.Length <= width ? line : $"{line[..(width - 2)]}..";
    }

    private string Amount(long minor) => new Money(minor, _head.Currency).ToDecimalString();

    private static string Short(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    private static string Text(DateTimeOffset? at, string fallback) => at is { } instant ? Instants.ToText(instant) : fallback;

    /// <summary>A line of the table; unset columns are blank.</summary>
    private sealed class Columns
    {
        public string Sequence { get; init; } = "";

        public string At { get; init; } = "";

        public string KnownAt { get; init; } = "";

        public string Type { get; init; } = "";

        public string Reference { get; init; } = "";

        public string Reason { get; init; } = "";

        public string Amount { get; init; } = "";

        public string Change { get; init; } = "";

        public string Balance { get; init; } = "";

        public string ToText() =>
            $"{Sequence,9} {At,-19} {KnownAt,-19} {Fit(Type, 14),-14} {Fit(Reference, 26),-26} {Fit(Reason, 30),-30} " +
            $"{Amount,18} {Change,18} {Balance,20}";
    }
}
