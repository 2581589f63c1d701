using System.Buffers;
using System.Text;
using System.Text.Json;
using Platform.Grains.Wallets;
using Platform.Identity;
using Platform.Wallets;

namespace Platform.Grains.UnitTests.Wallets;

/// <summary>An export line contains its whole row, so that the hash can be recomputed from it.</summary>
public sealed class LedgerLineTests
{
    [Fact]
    public void Every_transaction_of_a_wallet_survives_its_line()
    {
        var wallet = new WalletTester();
        wallet.Deposit(long.MaxValue / 10_000);
        wallet.Promote(500, expiresAt: wallet.Now.AddDays(1));
        wallet.Charge(700);
        wallet.Hold(5);
        wallet.Now += TimeSpan.FromTicks(12_345_670);
        wallet.Adjust(3, AdjustmentDirection.Debit, wallet.Now.AddDays(-30));
        wallet.Now += TimeSpan.FromMinutes(2);
        wallet.ExpireDue();
        Assert.True(wallet.Ledger.Count >= 6);

        var previous = default(Digest);
        foreach (var row in wallet.Ledger)
        {
            var read = LedgerLine.Parse(LineOf(row));
            Assert.Equal(row.Hash, read.Hash);
            Assert.Equal(row.Hash, LedgerChain.HashOf(previous, read));
            Assert.Equal(LineOf(row), LineOf(read));
            Assert.Equal(row.Version, read.Version);
            previous = read.Hash;
        }
    }

    [Fact]
    public void Texts_and_metadata_are_kept_exactly()
    {
        var row = Row() with
        {
            Reason = "=1+1\n\"é\" \U0001F4B6 </script>",
            Reference = "",
            RelatedId = Guid.CreateVersion7(WalletTester.Start),
            Metadata = new Dictionary<string, string> { ["b"] = "\u2028", ["a"] = "", ["format"] = "x" },
        };
        var read = LedgerLine.Parse(LineOf(row));
        Assert.Equal((row.Reason, row.Reference, row.RelatedId), (read.Reason, read.Reference, read.RelatedId));
        Assert.Equal(row.Metadata.OrderBy(entry => entry.Key), read.Metadata!.OrderBy(entry => entry.Key));
        Assert.DoesNotContain((byte)'\n', LineOf(row));
    }

    [Fact]
    public void The_header_survives_its_line()
    {
        var header = new LedgerHeader(Caller.Platform, WalletTester.Start.AddTicks(10), null, WalletTester.Start);
        Assert.Equal(header, LedgerLine.ParseHeader(Bytes(writer => LedgerLine.Write(writer, header))));
    }

    [Theory]
    [InlineData("\"sequence\":1", "\"sequence\":1.0")]
    [InlineData("\"sequence\":1", "\"sequence\":\"1\"")]
    [InlineData("\"sequence\":1", "\"sequence\":1,\"sequence\":1")]
    [InlineData("\"amount\":100", "\"amount\":9223372036854775808")]
    [InlineData("\"type\":0", "\"type\":70000")]
    [InlineData(".000000Z\",\"knownAt\"", ".0000001Z\",\"knownAt\"")]
    [InlineData(".000000Z\",\"knownAt\"", ".0000+01:00\",\"knownAt\"")]
    [InlineData("\"reason\":null,", "")]
    [InlineData("\"currency\":\"USD\"", "\"currency\":null")]
    [InlineData("\"hash\":\"00", "\"hash\":\"")]
    [InlineData("}}", "},\"more\":1}")]
    [InlineData("}}", "}}{}")]
    [InlineData("}}", "}")]
    [InlineData("[5,", "[\"5\",")]
    public void A_malformed_line_is_rejected(string from, string to)
    {
        var line = Encoding.UTF8.GetString(LineOf(Row()));
        Assert.Contains(from, line, StringComparison.Ordinal);
        Assert.ThrowsAny<FormatException>(() => LedgerLine.Parse(Encoding.UTF8.GetBytes(line.Replace(from, to, StringComparison.Ordinal))));
    }

    private static WalletTransactionRow Row() => new(
        new EntityKey(Caller.Platform, Caller.Platform), 1, 2, Caller.Platform, 0, "USD", 100, 100, 0, 100, null, "bank",
        WalletTester.Start, WalletTester.Start,
        Caller.Platform, Caller.Platform, null, [5, 1, 100, 0], null, default);

    private static byte[] LineOf(WalletTransactionRow row) => Bytes(writer => LedgerLine.Write(writer, row));

    private static byte[] Bytes(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            write(writer);
        }

        return buffer.WrittenSpan.ToArray();
    }
}
