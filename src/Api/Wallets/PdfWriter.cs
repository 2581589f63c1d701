using System.Buffers;
using System.Globalization;
using System.Text;

namespace Platform.Api.Wallets;

/// <summary>
/// Writes lines of text as PDF 1.4, one page at a time. It uses a standard font, so nothing is embedded, and keeps no finished page in
/// memory. Characters outside Windows-1252 become question marks.
/// </summary>
public sealed class PdfWriter(IBufferWriter<byte> output)
{
    public const int LinesPerPage = 56;

    private const string Size = "842 595"; // A4 landscape, in points.
    private const int Catalog = 1;
    private const int PageTree = 2;
    private const int Plain = 3;
    private const int Bold = 4;
    private const int FirstPage = 5;

    private static readonly Encoding Windows1252 =
        CodePagesEncodingProvider.Instance.GetEncoding(1252, new EncoderReplacementFallback("?"), DecoderFallback.ReplacementFallback)!;

    private readonly ArrayBufferWriter<byte> _page = new(16 * 1024);
    private readonly List<long> _objects = []; // Byte offset of each object.
    private long _length;
    private int _lines;

    /// <summary>The number of pages, including the current one.</summary>
    public int Pages { get; private set; }

    /// <summary>How many lines still fit on the current page.</summary>
    public int LinesLeft => LinesPerPage - _lines;

    public bool IsFull => LinesLeft == 0;

    public void Begin()
    {
        Raw("%PDF-1.4\n");
        _objects.AddRange([0, 0]); // Catalog and tree come last, when all pages are known.
        Object(Plain, "<< /Type /Font /Subtype /Type1 /BaseFont /Courier /Encoding /WinAnsiEncoding >>");
        Object(Bold, "<< /Type /Font /Subtype /Type1 /BaseFont /Courier-Bold /Encoding /WinAnsiEncoding >>");
    }

    /// <summary>Starts a new page.</summary>
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
        Windows1252.GetBytes(Escape(text), _page);
        Content(") Tj T*\n");
    }

    public void End()
    {
        Close();
        var kids = string.Join(' ', Enumerable.Range(0, Pages).Select(page => $"{FirstPage + (2 * page)} 0 R"));
        var fonts = $"/F1 {Plain} 0 R /F2 {Bold} 0 R";
        Object(
            PageTree,
            $"<< /Type /Pages /MediaBox [0 0 {Size}] /Resources << /Font << {fonts} >> >> /Count {Pages} /Kids [{kids}] >>");
        Object(Catalog, $"<< /Type /Catalog /Pages {PageTree} 0 R >>");
        var table = _length;
        Raw(string.Create(CultureInfo.InvariantCulture, $"xref\n0 {_objects.Count + 1}\n0000000000 65535 f \n"));
        foreach (var offset in _objects)
        {
            Raw(string.Create(CultureInfo.InvariantCulture, $"{offset:D10} 00000 n \n"));
        }

        Raw(string.Create(
            CultureInfo.InvariantCulture, $"trailer\n<< /Size {_objects.Count + 1} /Root {Catalog} 0 R >>\nstartxref\n{table}\n%%EOF\n"));
    }

    // Writes the buffered page.
    private void Close()
    {
        if (_page.WrittenCount == 0)
        {
            return;
        }

        Content("ET\n");
        var page = FirstPage + (2 * (Pages - 1));
        Object(page, $"<< /Type /Page /Parent {PageTree} 0 R /Contents {page + 1} 0 R >>");
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
        ? text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("(", "\\(", StringComparison.Ordinal)
            .Replace(")", "\\)", StringComparison.Ordinal)
        : text;

    private void Content(string text) => Encoding.ASCII.GetBytes(text, _page);

    private void Raw(string text) => _length += Encoding.ASCII.GetBytes(text, output);
}
