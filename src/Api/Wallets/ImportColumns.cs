namespace Platform.Api.Wallets;

/// <summary>Finds the columns of an import by name, ignoring case. Unknown columns are ignored; the report lists them.</summary>
internal sealed class ImportColumns
{
    private static readonly string[] Required = ["walletId", "amount", "currency", "reference"];

    private readonly Dictionary<string, int> _indexes = new(StringComparer.OrdinalIgnoreCase);

    private ImportColumns(int count, IReadOnlyList<string> ignored) => (Count, Ignored) = (count, ignored);

    public int Count { get; }

    public IReadOnlyList<string> Ignored { get; }

    public static ImportColumns Of(string[] head, ImportKind kind)
    {
        var ignored = new List<string>();
        var columns = new ImportColumns(head.Length, ignored);
        for (var i = 0; i < head.Length; i++)
        {
            var name = head[i].Trim();
            var known = Required.Contains(name, StringComparer.OrdinalIgnoreCase) ||
                (kind == ImportKind.OpeningBalances && name.Equals("effectiveAt", StringComparison.OrdinalIgnoreCase));
            if (!known)
            {
                ignored.Add(name.Length == 0 ? $"column {i + 1}" : Text.OneLine(name, 200));
            }
            else if (!columns._indexes.TryAdd(name, i))
            {
                throw ImportFile.Refused("duplicate-column", $"Column {i + 1} appears twice.");
            }
        }

        return Array.Find(Required, name => !columns._indexes.ContainsKey(name)) is { } missing
            ? throw ImportFile.Refused("missing-column", $"The column {missing} is missing.")
            : columns;
    }

    public string WalletId(string[] cells) => cells[_indexes["walletId"]].Trim();

    public string Amount(string[] cells) => cells[_indexes["amount"]].Trim();

    public string Currency(string[] cells) => cells[_indexes["currency"]].Trim();

    public string Reference(string[] cells) => cells[_indexes["reference"]];

    /// <summary>Returns an empty string if the file has no such column.</summary>
    public string EffectiveAt(string[] cells) => _indexes.TryGetValue("effectiveAt", out var index) ? cells[index].Trim() : "";
}
