using System.Buffers;
using System.Text;
using System.Text.Json.Nodes;
using Platform.Api.Audit;
using Platform.Api.Http;
using Platform.Audit;

namespace Platform.Api.Tests.Audit;

/// <summary>The lines of an export, with hostile values in entries.</summary>
public sealed class AuditFileTests
{
    private const string Evil = "=1+1\r\n\"},{\"x\":1\u2028\u0085,forged\n2026-11-21T08:00:00Z,user.signed-in";

    [Theory]
    [InlineData("plain", "\"plain\"")]
    [InlineData("", "\"\"")]
    [InlineData("with \"quotes\", and comma", "\"with \"\"quotes\"\", and comma\"")]
    [InlineData("=cmd|' /C calc'!A0", "\"'=cmd|' /C calc'!A0\"")]
    [InlineData("+1", "\"'+1\"")]
    [InlineData("-1", "\"'-1\"")]
    [InlineData("@SUM(A1)", "\"'@SUM(A1)\"")]
    [InlineData("\t=1", "\"'\uFFFD=1\"")]
    [InlineData("\r=1", "\"'\uFFFD=1\"")]
    [InlineData("  =1", "\"'  =1\"")]
    [InlineData("\uFF1D1", "\"'\uFF1D1\"")]
    [InlineData("a\r\nb", "\"a\uFFFD\uFFFDb\"")]
    public void ASVS_1_2_10_spreadsheets_read_a_cell_as_text(string text, string cell) => Assert.Equal(cell, Csv.Cell(text));

    [Fact]
    public void ASVS_16_4_1_an_entry_cannot_add_a_csv_line()
    {
        var text = Write(csv: true, Item(Evil), Item("agent"));
        var lines = text.Split("\r\n");
        Assert.Equal(4, lines.Length);
        Assert.StartsWith("\"id\",\"at\",\"actorId\"", lines[0], StringComparison.Ordinal);
        Assert.Equal("", lines[3]);
        Assert.DoesNotContain('\n', text.Replace("\r\n", "", StringComparison.Ordinal));
        Assert.All(lines[..3], line => Assert.Equal(13, line.Split("\",\"").Length));
        Assert.Contains("\"'=1+1", lines[1], StringComparison.Ordinal);
    }

    [Fact]
    public void ASVS_16_4_1_an_entry_cannot_add_an_ndjson_line()
    {
        var lines = Write(csv: false, Item(Evil), Item("agent")).Split('\n');
        Assert.Equal(3, lines.Length);
        Assert.Equal(Evil, JsonNode.Parse(lines[0])!["userAgent"]!.GetValue<string>());
        Assert.Equal(Evil, JsonNode.Parse(lines[0])!["details"]!["name"]!.GetValue<string>());
        Assert.All(lines[0], c => Assert.InRange(c, ' ', '~'));
    }

    private static string Write(bool csv, params AuditItem[] items)
    {
        var output = new ArrayBufferWriter<byte>();
        using var file = new AuditFile(output, csv);
        file.Begin();
        file.Write(items);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    private static AuditItem Item(string text) => new(
        Guid.Empty, DateTimeOffset.UnixEpoch, Guid.Empty, ActorKind.User, "user.signed-in", AuditOutcome.Refused, "code", "user",
        Guid.Empty, "203.0.113.7", text, "trace", new Dictionary<string, string> { ["name"] = text });
}
