using System.Buffers;
using System.Globalization;
using System.Text;

namespace Platform.Api.Wallets;

/// <summary>
/// Writes lines of text as PDF 1.4, page after page, in a font that every reader has: nothing is embedded and no page is kept. What
/// Windows-1252 lacks is a question mark.
/// </summary>
public sealed class PdfWriter(IBufferWriter<byte> output)
{
    /// <summary>How many lines a page has.</summary>
    public const int LinesPerPage = 56;

    private const string Size = "842 595"; // A4, lying.
    private const int Catalogue = 1;
    private const int Tree = 2;
    private const int Plain = 3;
    private const int Bold = 4;
    private const int FirstPage = 5;

    private static readonly Encoding Letters =
        CodePagesEncodingProvider.Instance.GetEncoding(1252, new EncoderReplacementFallback("?"), DecoderFallback.ReplacementFallback)!;

    private readonly ArrayBufferWriter<byte> _page = new(16 * 1024);
    private readonly List<long> _objects = []; // Where each of them begins.
    private long _length;
    private int _lines;

    /// <summary>How many pages there are, with the one that is being written.</summary>
    public int Pages { get; private set; }

    /// <summary>How many lines the page still takes.</summary>
    public int Room => LinesPerPage - _lines;

    public bool IsFull => Room == 0;

    public void Begin()
    {
        Raw("%PDF-1.4\n");
        _objects.AddRange([0, 0]); // Catalogue and tree come last, when all pages are known.
        Object(Plain, "<< /Type /Font /Subtype /Type1 /BaseFont /Courier /Encoding /WinAnsiEncoding >>");
        Object(Bold, "<< /Type /Font /Subtype /Type1 /BaseFont /Courier-Bold /Encoding /WinAnsiEncoding >>");
    }

    /// <summary>Begins a page.</summary>
    public void Page()
    {
        Close();
        (Pages, _lines) = (Pages + 1, 0);
        Content("BT 9.4 TL 36 560 Td\n");
    }

    public void Line(string text, bool bold = false)
    {
        _lines++;
        Content($"/F{(bold ? 2 : 1)} 6.9 Tf (");
        Letters.GetBytes(Escape(text), _page);
        Content(") Tj T*\n");
    }

    public void End()
    {
        Close();
        var kids = string.Join(' ', Enumerable.Range(0, Pages).Select(page => $"{FirstPage + (2 * page)} 0 R"));
        Object(Tree, $"<< /Type /Pages /MediaBox [0 0 {Size}] /Resources << /Font << /F1 {Plain} 0 R /F2 {Bold} 0 R >> >> /Count {Pages} /Kids [{kids}] >>");
        Object(Catalogue, $"<< /Type /Catalog /Pages {Tree} 0 R >>");
        var table = _length;
        Raw(string.Create(CultureInfo.InvariantCulture, $"xref\n0 {_objects.Count + 1}\n0000000000 65535 f \n"));
        foreach (var place in _objects)
        {
            Raw(string.Create(CultureInfo.InvariantCulture, $"{place:D10} 00000 n \n"));
        }

        Raw(string.Create(CultureInfo.InvariantCulture, $"trailer\n<< /Size {_objects.Count + 1} /Root {Catalogue} 0 R >>\nstartxref\n{table}\n%%EOF\n"));
    }

    // Writes the page that was gathered, with its text.
    private void Close()
    {
        if (_page.WrittenCount == 0)
        {
            return;
        }

        Content("ET\n");
        var page = FirstPage + (2 * (Pages - 1));
        Object(page, $"<< /Type /Page /Parent {Tree} 0 R /Contents {page + 1} 0 R >>");
        Start(page + 1);
        Raw($"<< /Length {_page.WrittenCount} >>\nstream\n");
        output.Write(_page.WrittenSpan);
        _length += _page.WrittenCount;
        Raw("endstream\nendobj\n");
        _page.ResetWrittenCount();
    }

    private void Object(int number, string content)
    {
        Start(number);
        Raw($"{content}\nendobj\n");
    }

    private void Start(int number)
    {
        while (_objects.Count < number)
        {
            _objects.Add(0);
        }

        _objects[number - 1] = _length;
        Raw($"{number} 0 obj\n");
    }

    private static string Escape(string text) => text.AsSpan().ContainsAny("\\()")
        ? text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("(", "\\(", StringComparison.Ordinal).Replace(")", "\\)", StringComparison.Ordinal)
        : text;

    private void Content(string text) => Encoding.ASCII.GetBytes(text, _page);

    private void Raw(string text) => _length += Encoding.ASCII.GetBytes(text, output);
}
