using System.Buffers;
using System.Globalization;
using System.Text;
using CsvHelper;
using CsvHelper.Configuration;
using Platform.Api.Http;
using Platform.Identity;
using Platform.Wallets;

namespace Platform.Api.Wallets;

/// <summary>A parsed import file with a header row. An invalid row carries its own error; the other rows are still read.</summary>
public sealed record ImportFile(Digest Digest, IReadOnlyList<ImportRow> Rows, IReadOnlyList<string> IgnoredColumns)
{
    public const int MaxBytes = 4 * 1024 * 1024;
    public const int MaxRows = 10_000;

    private const long MaxSum = 9_000_000_000_000_000_000;

    private static readonly Error WrongCells = CommonErrors.Invalid("", "wrong-cells", "The row must have one cell for each column.");

    public static ImportFile Parse(ReadOnlySequence<byte> body, ImportTerms terms, DateTimeOffset now)
    {
        var bytes = body.ToArray();
        try
        {
            using var reader = new StreamReader(new MemoryStream(bytes), new UTF8Encoding(false, throwOnInvalidBytes: true));
            var text = reader.ReadToEnd();
            using var csv = new CsvParser(
                new StringReader(text),
                new CsvConfiguration(CultureInfo.InvariantCulture) { Delimiter = DelimiterOf(text), MaxFieldSize = 1_000 });
            var columns = ImportColumns.Of(csv.Read() ? csv.Record! : throw Empty(), terms.Kind);
            var rows = new List<ImportRow>();
            while (csv.Read())
            {
                if (rows.Count == MaxRows)
                {
                    throw Refused("too-many-rows", $"The file must have at most {MaxRows} rows.");
                }

                rows.Add(Row(rows.Count + 1, csv.Record!, columns, now));
            }

            Check(rows);
            return new ImportFile(Digest.Of([terms.Mark, .. bytes]), rows, columns.Ignored);
        }
        catch (DecoderFallbackException)
        {
            throw Refused("invalid-encoding", "The file must be UTF-8 text.");
        }
        catch (CsvHelperException)
        {
            throw Refused(
                "invalid-csv",
                "The file is not valid CSV (RFC 4180). Double the quotes within quoted cells, and use at most 1,000 characters in a cell.");
        }
    }

    internal static ProblemException Refused(string code, string message) => new(Problems.Invalid("", code, message));

    private static ProblemException Empty() => Refused("empty-file", "The file must have a header and at least one row.");

    // Takes the separator that the header contains most often; no known column name contains any of them.
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
            : CommonErrors.Invalid("/walletId", "invalid-wallet-id", "The walletId must be a UUID.");
        var money = default(Money);
        if (!Currency.TryParse(columns.Currency(cells), out var currency))
        {
            fault ??= CommonErrors.Invalid("/currency", "invalid-currency", "The currency must be an ISO 4217 code such as EUR.");
        }
        else if (AmountFault(columns.Amount(cells), currency, out money) is { } invalid)
        {
            (fault, money) = (fault ?? invalid, default);
        }

        if (!WalletRules.IsReference(reference))
        {
            fault ??= WalletErrors.InvalidReference;
        }

        DateTimeOffset? effective = null;
        if (at.Length > 0)
        {
            effective = Instants.TryParse(at, out var instant) && instant <= now && Instants.IsInRange(instant)
                ? Instants.ToMicroseconds(instant)
                : null;
            fault ??= effective is null ? WalletErrors.InvalidEffectiveAt : null;
        }

        return new ImportRow(number, id, money, reference, effective, fault, wallet);
    }

    private static Error? AmountFault(string text, Currency currency, out Money money) => Money.Read(text, currency, out money) switch
    {
        DecimalFault.None when WalletRules.IsAmount(money) => null,
        DecimalFault.Malformed or DecimalFault.TooManyDigits => CommonErrors.Invalid(
            "/amount", "invalid-amount",
            $"The amount must be digits, optionally followed by a decimal point and at most {currency.Digits} digits."),
        _ => WalletErrors.AmountOutOfRange(currency),
    };

    private static void Check(List<ImportRow> rows)
    {
        if (rows.Count == 0)
        {
            throw Empty();
        }

        foreach (var currency in rows.Where(row => row.Fault is null).GroupBy(row => row.Amount.Currency))
        {
            if (currency.Aggregate(Int128.Zero, (sum, row) => sum + row.Amount.Minor) > MaxSum)
            {
                throw Refused("sum-too-large", $"The amounts in {currency.Key.Code} exceed the maximum total of one file. Split the file.");
            }
        }
    }
}
