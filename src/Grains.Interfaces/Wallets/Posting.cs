using System.Text.Json;
using System.Text.Json.Serialization;

namespace Platform.Wallets;

/// <summary>
/// The accounts between which a wallet's transactions move money. Paid, promotional, held and leased money make up the balance
/// of the wallet; all others stand for the world around it. Numbers are in the ledger for life.
/// </summary>
[GenerateSerializer, Alias("platform.wallets.account")]
public enum LedgerAccount
{
    /// <summary>Paid money of the wallet; below zero as far as its credit limit goes.</summary>
    Wallet = 1,

    /// <summary>Promotional credit of the wallet; the bucket is the sequence of the transaction that granted it.</summary>
    Promotional = 2,

    /// <summary>Money of the wallet that is set aside for a capture.</summary>
    Held = 3,

    /// <summary>What the platform has earned.</summary>
    Revenue = 4,

    /// <summary>Money from and to outside.</summary>
    External = 5,

    /// <summary>Promotional credit that nobody used in time.</summary>
    Expired = 6,

    /// <summary>The other side of corrections.</summary>
    Adjustment = 7,

    /// <summary>On its way between two wallets; zero when no transfer is under way.</summary>
    Transfer = 8,

    /// <summary>Money of the wallet that sub-users may spend under their budgets.</summary>
    Leased = 9,

    /// <summary>The link between a parent's leases and the wallets of its sub-users.</summary>
    LeaseFunding = 10,

    /// <summary>Where promotional credit comes from.</summary>
    PromotionFunding = 11,
}

/// <summary>
/// One entry pair: what leaves one account enters another, so that a transaction balances whatever it says. The bucket is the
/// promotional credit that is meant, as the sequence of its grant; 0 for paid money. The amount is positive.
/// </summary>
[GenerateSerializer, Immutable, Alias("platform.wallets.posting")]
public readonly record struct Posting(
    [property: Id(0)] LedgerAccount From, [property: Id(1)] LedgerAccount To, [property: Id(2)] long Amount, [property: Id(3)] long Bucket = 0)
{
    private const int Width = 4;

    /// <summary>Four numbers a posting, as they stand in the journal and the ledger.</summary>
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

/// <summary>Postings in the journal: one flat array of numbers.</summary>
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
