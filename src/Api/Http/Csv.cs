using System.Buffers;
using System.Text;

namespace Platform.Api.Http;

/// <summary>Lines of CSV as RFC 4180 has it, one a record whatever is in its cells.</summary>
public static class Csv
{
    public const string MediaType = "text/csv";

    /// <summary>
    /// One cell in quotes, on one line. What a spreadsheet would take for a formula gets an apostrophe in front, behind
    /// which it is text.
    /// </summary>
    public static string Cell(string text)
    {
        var line = Text.OneLine(text, int.MaxValue);
        var neutral = IsFormula(text) || IsFormula(line) ? $"'{line}" : line;
        return $"\"{neutral.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }

    public static void WriteLine(IBufferWriter<byte> output, IEnumerable<string?> cells) => WriteCells(output, cells.Select(cell => Cell(cell ?? "")));

    /// <summary>One record of cells that are written already.</summary>
    public static void WriteCells(IBufferWriter<byte> output, IEnumerable<string> cells) => Encoding.UTF8.GetBytes($"{string.Join(',', cells)}\r\n", output);

    private static bool IsFormula(string text) => text.AsSpan().TrimStart(' ') is [var first, ..] &&
        first is '=' or '+' or '-' or '@' or '\t' or '\r' or '\n' or '\uFF1D' or '\uFF0B' or '\uFF0D' or '\uFF20';
}
