namespace Platform.Api.Wallets;

/// <summary>Where the columns of an import are, by their names in any case. Others are read over; the report names them.</summary>
internal sealed class ImportColumns
{
    private static readonly string[] Required = ["walletId", "amount", "currency", "reference"];

    private readonly Dictionary<string, int> _places = new(StringComparer.OrdinalIgnoreCase);

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
            else if (!columns._places.TryAdd(name, i))
            {
                throw ImportFile.Refused("duplicate-column", $"Column {i + 1} is there twice.");
            }
        }

        return Array.Find(Required, name => !columns._places.ContainsKey(name)) is { } missing
            ? throw ImportFile.Refused("missing-column", $"The column {missing} is missing.")
            : columns;
    }

    public string WalletId(string[] cells) => cells[_places["walletId"]].Trim();

    public string Amount(string[] cells) => cells[_places["amount"]].Trim();

    public string Currency(string[] cells) => cells[_places["currency"]].Trim();

    public string Reference(string[] cells) => cells[_places["reference"]];

    /// <summary>Empty where there is no such column.</summary>
    public string EffectiveAt(string[] cells) => _places.TryGetValue("effectiveAt", out var place) ? cells[place].Trim() : "";
}
