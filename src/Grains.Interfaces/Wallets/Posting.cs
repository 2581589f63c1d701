using System.Text.Json;
using System.Text.Json.Serialization;

namespace Platform.Wallets;

/// <summary>
/// The accounts between which a wallet's transactions move money. Wallet, Promotional, Held and Leased make up the wallet's balance; the
/// others are contra accounts. The numbers are stored in the ledger and must never change.
/// </summary>
[GenerateSerializer, Alias("platform.wallets.account")]
public enum LedgerAccount
{
    /// <summary>Paid money of the wallet; negative by at most the credit limit.</summary>
    Wallet = 1,

    /// <summary>Promotional credit of the wallet; the bucket is the sequence of the transaction that granted it.</summary>
    Promotional = 2,

    /// <summary>Money of the wallet that is reserved for a capture.</summary>
    Held = 3,

    /// <summary>Revenue of the platform.</summary>
    Revenue = 4,

    /// <summary>Money that comes from or goes to outside the platform.</summary>
    External = 5,

    /// <summary>Expired promotional credit.</summary>
    Expired = 6,

    /// <summary>The contra account of adjustments.</summary>
    Adjustment = 7,

    /// <summary>Money in transit between two wallets; zero if no transfer is in progress.</summary>
    Transfer = 8,

    /// <summary>Money of the wallet that sub-users may spend within their budgets.</summary>
    Leased = 9,

    /// <summary>The contra account between a parent's leases and the wallets of its sub-users.</summary>
    LeaseFunding = 10,

    /// <summary>The source of promotional credit.</summary>
    PromotionFunding = 11,
}

/// <summary>
/// A debit and a credit in one: the amount leaves one account and enters another, so that every transaction balances. The bucket is the
/// sequence of the transaction that granted the promotional credit, 0 for paid money. The amount is positive.
/// </summary>
[GenerateSerializer, Immutable, Alias("platform.wallets.posting")]
public readonly record struct Posting(
    [property: Id(0)] LedgerAccount From, [property: Id(1)] LedgerAccount To, [property: Id(2)] long Amount,
    [property: Id(3)] long Bucket = 0)
{
    private const int Width = 4;

    /// <summary>Returns four numbers for each posting, the form stored in the journal and the ledger.</summary>
    public static long[] Flatten(IReadOnlyList<Posting> postings)
    {
        var flat = new long[postings.Count * Width];
        for (var i = 0; i < postings.Count; i++)
        {
            var posting = postings[i];
            (flat[i * Width], flat[(i * Width) + 1], flat[(i * Width) + 2], flat[(i * Width) + 3]) =
                ((long)posting.From, (long)posting.To, posting.Amount, posting.Bucket);
        }

        return flat;
    }

    public static Posting[] Unflatten(ReadOnlySpan<long> flat)
    {
        if (flat.Length % Width != 0)
        {
            throw new FormatException("A posting is four numbers.");
        }

        var postings = new Posting[flat.Length / Width];
        for (var i = 0; i < postings.Length; i++)
        {
            var one = flat.Slice(i * Width, Width);
            postings[i] = new Posting((LedgerAccount)one[0], (LedgerAccount)one[1], one[2], one[3]);
        }

        return postings;
    }
}

/// <summary>Reads and writes postings as one flat array of numbers.</summary>
public sealed class PostingsJsonConverter : JsonConverter<IReadOnlyList<Posting>>
{
    public override IReadOnlyList<Posting> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        Posting.Unflatten(JsonSerializer.Deserialize<long[]>(ref reader, options));

    public override void Write(Utf8JsonWriter writer, IReadOnlyList<Posting> value, JsonSerializerOptions options)
    {
        writer.WriteStartArray();
        foreach (var number in Posting.Flatten(value))
        {
            writer.WriteNumberValue(number);
        }

        writer.WriteEndArray();
    }
}
