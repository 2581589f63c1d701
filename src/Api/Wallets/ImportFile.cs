using System.Buffers;
using System.Globalization;
using System.Text;
using CsvHelper;
using CsvHelper.Configuration;
using Platform.Api.Http;
using Platform.Identity;
using Platform.Wallets;

namespace Platform.Api.Wallets;

/// <summary>A file of rows to import, with a head that names the columns. What is wrong with one row is that row's; the rest is read.</summary>
public sealed record ImportFile(Digest Digest, IReadOnlyList<ImportRow> Rows, IReadOnlyList<string> IgnoredColumns)
{
    public const int MaxBytes = 4 * 1024 * 1024;
    public const int MaxRows = 10_000;

    private const long MaxSum = 9_000_000_000_000_000_000;

    private static readonly Error WrongCells = CommonErrors.Invalid("", "wrong-cells", "A row has a cell for each column.");

    public static ImportFile Parse(ReadOnlySequence<byte> body, ImportTerms terms, DateTimeOffset now)
    {
        var bytes = body.ToArray();
        try
        {
            using var reader = new StreamReader(new MemoryStream(bytes), new UTF8Encoding(false, throwOnInvalidBytes: true));
            var text = reader.ReadToEnd();
            using var csv = new CsvParser(
                new StringReader(text), new CsvConfiguration(CultureInfo.InvariantCulture) { Delimiter = DelimiterOf(text), MaxFieldSize = 1_000 });
            var columns = ImportColumns.Of(csv.Read() ? csv.Record! : throw Refused("empty-file", "The file has a head and rows."), terms.Kind);
            var rows = new List<ImportRow>();
            while (csv.Read())
            {
                if (rows.Count == MaxRows)
                {
                    throw Refused("too-many-rows", $"A file has at most {MaxRows} rows.");
                }

                rows.Add(Row(rows.Count + 1, csv.Record!, columns, now));
            }

            Check(rows);
            return new ImportFile(Digest.Of([terms.Mark, .. bytes]), rows, columns.Ignored);
        }
        catch (DecoderFallbackException)
        {
            throw Refused("invalid-encoding", "The file is text in UTF-8.");
        }
        catch (CsvHelperException)
        {
            throw Refused("invalid-csv", "The file is no CSV as RFC 4180 has it: quotes are doubled within quotes, and a cell has at most 1,000 characters.");
        }
    }

    internal static ProblemException Refused(string code, string message) => new(Problems.Invalid("", code, message));

    // The one of the three that the head has most of: no name of a column that is known has any of them.
    private static string DelimiterOf(string text)
    {
        var head = text.AsSpan(0, text.AsSpan().IndexOfAny('\r', '\n') is >= 0 and var end ? end : text.Length);
        var (commas, semicolons, tabs) = (head.Count(','), head.Count(';'), head.Count('\t'));
        return commas >= semicolons && commas >= tabs ? "," : semicolons >= tabs ? ";" : "\t";
    }

    private static ImportRow Row(int number, string[] cells, ImportColumns columns, DateTimeOffset now)
    {
        if (cells.Length != columns.Count)
        {
            return new ImportRow(number, Guid.Empty, default, "", null, WrongCells, "");
        }

        var (wallet, reference, at) = (columns.WalletId(cells), columns.Reference(cells), columns.EffectiveAt(cells));
        var fault = Guid.TryParseExact(wallet, "D", out var id)
            ? null
            : CommonErrors.Invalid("/walletId", "invalid-wallet-id", "A wallet is named by its UUID.");
        var money = default(Money);
        if (!Currency.TryParse(columns.Currency(cells), out var currency))
        {
            fault ??= CommonErrors.Invalid("/currency", "invalid-currency", "The currency is an ISO 4217 code such as EUR.");
        }
        else if (AmountFault(columns.Amount(cells), currency, out money) is { } unfit)
        {
            (fault, money) = (fault ?? unfit, default);
        }

        if (!WalletRules.IsReference(reference))
        {
            fault ??= WalletErrors.InvalidReference;
        }

        DateTimeOffset? effective = null;
        if (at.Length > 0)
        {
            effective = Instants.TryParse(at, out var instant) && instant <= now && Instants.IsInRange(instant) ? Instants.ToMicroseconds(instant) : null;
            fault ??= effective is null ? WalletErrors.InvalidEffectiveAt : null;
        }

        return new ImportRow(number, id, money, reference, effective, fault, wallet);
    }

    private static Error? AmountFault(string text, Currency currency, out Money money) => Money.Read(text, currency, out money) switch
    {
        DecimalFault.None when WalletRules.IsAmount(money) => null,
        DecimalFault.Malformed or DecimalFault.TooManyDigits => CommonErrors.Invalid(
            "/amount", "invalid-amount", $"An amount is digits, with a point and at most {currency.Digits} digits behind it where there are parts."),
        _ => WalletErrors.AmountOutOfRange(currency),
    };

    private static void Check(List<ImportRow> rows)
    {
        if (rows.Count == 0)
        {
            throw Refused("empty-file", "The file has a head and rows.");
        }

        foreach (var currency in rows.Where(row => row.Fault is null).GroupBy(row => row.Amount.Currency))
        {
            if (currency.Aggregate(Int128.Zero, (sum, row) => sum + row.Amount.Minor) > MaxSum)
            {
                throw Refused("sum-too-large", $"The amounts in {currency.Key.Code} come to more than one file may move.");
            }
        }
    }
}
