using System.Buffers;
using System.Globalization;
using Platform.Api.Http;
using Platform.Storage.Wallets;

namespace Platform.Api.Wallets;

/// <summary>As PDF: pages of lines in columns, each page with its head and the balance that it begins with.</summary>
public sealed class StatementPdf(IBufferWriter<byte> output) : StatementFile(output)
{
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
        if (_pdf.Room < (subUser is null ? 1 : 2))
        {
            Head("Balance brought forward");
        }

        _sum = sum;
        _pdf.Line(Columns(
            line.Sequence.ToString(CultureInfo.InvariantCulture), Short(line.At), line.KnownAt == line.At ? "" : Short(line.KnownAt), NameOf(line.Type),
            line.Reference ?? "", line.Reason ?? "", Amount(line.Amount), line.Change == 0 ? "" : Amount(line.Change), Amount(sum.Balance)));
        if (subUser is not null)
        {
            _pdf.Line($"{"",9} {subUser}");
        }
    }

    public override void End(in StatementSum sum)
    {
        if (_pdf.Room < 4)
        {
            Head("Balance brought forward");
        }

        _pdf.Line("");
        _pdf.Line(Columns("", "", "", "", "", "Credits", "", Amount(sum.Credits), ""));
        _pdf.Line(Columns("", "", "", "", "", "Debits", "", Amount(-sum.Debits), ""));
        _pdf.Line(Columns("", "", "", "", "", string.Create(CultureInfo.InvariantCulture, $"Closing balance, {sum.Count} lines"), "", "", Amount(sum.Balance)), bold: true);
        _pdf.End();
    }

    private void Head(string balance)
    {
        _pdf.Page();
        _pdf.Line(string.Create(CultureInfo.InvariantCulture, $"Statement of wallet {_head.WalletId} in {_head.Currency.Code}, page {_pdf.Pages}"), bold: true);
        _pdf.Line($"From {Text(_head.From, "the beginning")} to {Text(_head.To, "the end")}, as known at {Instants.ToText(_head.AsKnownAt)}. Times are UTC.");
        _pdf.Line("");
        _pdf.Line(Columns("Sequence", "Effective", "Known, where later", "Type", "Reference", "Reason", "Amount", "Change", "Balance"), bold: true);
        _pdf.Line(Columns("", "", "", "", "", balance, "", "", Amount(_sum.Balance)));
    }

    private static string Columns(
        string sequence, string at, string knownAt, string type, string reference, string reason, string amount, string change, string balance) =>
        $"{sequence,9} {at,-19} {knownAt,-19} {Fit(type, 14),-14} {Fit(reference, 26),-26} {Fit(reason, 30),-30} {amount,18} {change,18} {balance,20}";

    private static string Fit(string text, int width)
    {
        var line = Platform.Text.OneLine(text, int.MaxValue);
        return line.Length <= width ? line : $"{line[..(width - 2)]}..";
    }

    private string Amount(long minor) => new Money(minor, _head.Currency).ToDecimalString();

    private static string Short(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    private static string Text(DateTimeOffset? at, string otherwise) => at is { } instant ? Instants.ToText(instant) : otherwise;
}
