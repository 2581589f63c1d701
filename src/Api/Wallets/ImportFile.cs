using System.Buffers;
using System.Globalization;
using System.Text;
using CsvHelper;
using CsvHelper.Configuration;
using Platform.Api.Common;
using Platform.Identity;
using Platform.Wallets;

namespace Platform.Api.Wallets;

public enum ImportKind
{
    Deposits = 0,
    OpeningBalances = 1,
}

/// <summary>One record behind the head, the first is 1. Fault says why it cannot be taken at all.</summary>
public sealed record ImportRow(int Row, Guid WalletId, Money Amount, string Reference, DateTimeOffset? EffectiveAt, Error? Fault, string WalletText);

/// <summary>A file of rows to import, as RFC 4180 has it, with a head that names the columns. What is wrong with one row is that row's; the rest is read.</summary>
public sealed record ImportFile(Digest Digest, IReadOnlyList<ImportRow> Rows)
{
    public const int MaxBytes = 4 * 1024 * 1024;
    public const int MaxRows = 10_000;

    private const long MaxSum = 9_000_000_000_000_000_000;

    private static readonly string[] Required = ["walletId", "amount", "currency", "reference"];
    private static readonly Error InvalidWallet = CommonErrors.Invalid("/walletId", "invalid-wallet-id", "A wallet is named by its UUID.");
    private static readonly Error InvalidCurrency = CommonErrors.Invalid("/currency", "invalid-currency", "The currency is an ISO 4217 code such as EUR.");

    public static ImportFile Parse(ReadOnlySequence<byte> body, ImportKind kind, DateTimeOffset now)
    {
        var bytes = body.ToArray();
        try
        {
            using var text = new StreamReader(new MemoryStream(bytes), new UTF8Encoding(false, throwOnInvalidBytes: true));
            using var csv = new CsvParser(text, new CsvConfiguration(CultureInfo.InvariantCulture) { Delimiter = ",", MaxFieldSize = 1_000 });
            var columns = Columns(csv, kind);
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
            return new ImportFile(Digest.Of([(byte)kind, .. bytes]), rows);
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

    private static Dictionary<string, int> Columns(CsvParser csv, ImportKind kind)
    {
        var names = csv.Read() ? csv.Record! : throw Refused("empty-file", "The file has a head and rows.");
        var columns = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < names.Length; i++)
        {
            var known = Required.Contains(names[i]) || (names[i] == "effectiveAt" && kind == ImportKind.OpeningBalances);
            if (!known || !columns.TryAdd(names[i], i))
            {
                throw Refused(known ? "duplicate-column" : "unknown-column", $"Column {i + 1} is {(known ? "there twice" : "none that this import knows")}.");
            }
        }

        return Array.Find(Required, name => !columns.ContainsKey(name)) is { } missing
            ? throw Refused("missing-column", $"The column {missing} is missing.")
            : columns;
    }

    private static ImportRow Row(int number, string[] cells, Dictionary<string, int> columns, DateTimeOffset now)
    {
        if (cells.Length != columns.Count)
        {
            var error = CommonErrors.Invalid("", "wrong-cells", "A row has a cell for each column.");
            return new ImportRow(number, Guid.Empty, default, "", null, error, "");
        }

        var (wallet, reference) = (cells[columns["walletId"]], cells[columns["reference"]]);
        var at = columns.TryGetValue("effectiveAt", out var index) ? cells[index] : "";
        var effective = (DateTimeOffset?)null;
        Error? fault = null;
        if (!Guid.TryParseExact(wallet, "D", out var id))
        {
            fault = InvalidWallet;
        }

        var money = default(Money);
        if (!Currency.TryParse(cells[columns["currency"]], out var currency))
        {
            fault ??= InvalidCurrency;
        }
        else if (!Money.TryParse(cells[columns["amount"]], currency, out money) || money.Minor is <= 0 or > Money.MaxRequestMinor)
        {
            (fault, money) = (fault ?? WalletErrors.InvalidAmount, default);
        }

        if (!Text.IsText(reference, 1, 200))
        {
            fault ??= WalletErrors.InvalidReference;
        }

        if (at.Length > 0)
        {
            effective = Instants.TryParse(at, out var instant) && instant <= now && instant >= DateTimeOffset.UnixEpoch ? Instants.ToMicroseconds(instant) : null;
            fault ??= effective is null ? WalletErrors.InvalidEffectiveAt : null;
        }

        return new ImportRow(number, id, money, reference, effective, fault, wallet);
    }

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

    private static ProblemException Refused(string code, string message) => new(Problems.Invalid("", code, message));
}
