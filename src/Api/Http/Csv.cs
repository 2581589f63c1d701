using System.Buffers;
using System.Text;

namespace Platform.Api.Http;

/// <summary>Writes CSV (RFC 4180), always one line per record.</summary>
public static class Csv
{
    public const string MediaType = "text/csv";

    /// <summary>
    /// Quotes one cell, on one line. A value that a spreadsheet would run as a formula gets a leading apostrophe, which makes it text.
    /// </summary>
    public static string Cell(string text)
    {
        var line = Text.OneLine(text, int.MaxValue);
        var neutral = IsFormula(text) || IsFormula(line) ? $"'{line}" : line;
        return $"\"{neutral.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }

    public static void WriteLine(IBufferWriter<byte> output, IEnumerable<string?> cells) =>
        WriteCells(output, cells.Select(cell => Cell(cell ?? "")));

    /// <summary>Writes one record of cells that are already quoted.</summary>
    public static void WriteCells(IBufferWriter<byte> output, IEnumerable<string> cells) =>
        Encoding.UTF8.GetBytes($"{string.Join(',', cells)}\r\n", output);

    private static bool IsFormula(string text) => text.AsSpan().TrimStart(' ') is [var first, ..] &&
        first is '=' or '+' or '-' or '@' or '\t' or '\r' or '\n' or '\uFF1D' or '\uFF0B' or '\uFF0D' or '\uFF20';
}
