using System.Security.Cryptography;
using System.Text;
using Platform.Storage.Engine.Secrets;

namespace Platform.Storage.Tests.Engine.Secrets;

public sealed class SecretBoxTests
{
    private static readonly SecretContext Context = new(
        new("11111111-1111-7111-8111-111111111111"), new("22222222-2222-7222-8222-222222222222"), "client-secret");

    private static readonly byte[] Secret = Encoding.UTF8.GetBytes("what nobody else may read");
    private static readonly SecretBox Box = BoxOf(Key("k1", 1));

    // Created with node:crypto from the description of the format, as an example of stored secrets.
    private const string Stored =
        "01026B31000102030405060708090A0BCCCEF4520090691B910E9EE44505BBC68EAB0A73D5E3206115B7BF860E4355CF4F4B058195E6690AE4";

    [Fact]
    public void A_sealed_secret_opens_in_its_context() => Assert.Equal(Secret, Box.Open(Context, Box.Seal(Context, Secret)));

    [Fact]
    public void Empty_and_long_secrets_can_be_sealed()
    {
        foreach (var secret in (byte[][])[[], RandomNumberGenerator.GetBytes(1 << 20)])
        {
            Assert.Equal(secret, Box.Open(Context, Box.Seal(Context, secret)));
        }
    }

    [Fact]
    public void The_sealed_form_is_version_key_id_nonce_ciphertext_and_tag()
    {
        var bytes = Box.Seal(Context, Secret);

        Assert.Equal(1 + 1 + 2 + 12 + Secret.Length + 16, bytes.Length);
        Assert.Equal([1, 2, (byte)'k', (byte)'1'], bytes[..4]);
        Assert.Equal("k1", SecretBox.KeyId(bytes));

        // Decrypted by hand according to the format: later builds must open stored secrets.
        using var aes = new AesGcm(Key("k1", 1).Value, 16);
        byte[] associated =
        [
            0, 0, 0, 1, 1, 0, 0, 0, 2, (byte)'k', (byte)'1', 0, 0, 0, 16, .. Context.OrganisationId.ToByteArray(bigEndian: true),
            0, 0, 0, 16, .. Context.EntityId.ToByteArray(bigEndian: true), 0, 0, 0, 13, .. "client-secret"u8,
        ];
        var opened = new byte[Secret.Length];
        aes.Decrypt(bytes.AsSpan(4, 12), bytes.AsSpan(16, Secret.Length), bytes.AsSpan()[^16..], opened, associated);
        Assert.Equal(Secret, opened);
    }

    [Fact]
    public void A_secret_sealed_by_another_implementation_opens() => Assert.Equal(Secret, Box.Open(Context, Convert.FromHexString(Stored)));

    [Fact]
    public void A_secret_does_not_open_for_another_organisation_entity_or_purpose()
    {
        var bytes = Box.Seal(Context, Secret);
        foreach (var other in (SecretContext[])
        [
            Context with { OrganisationId = Context.EntityId },
            Context with { EntityId = Context.OrganisationId },
            Context with { Purpose = "client-secreT" },
            Context with { Purpose = "client-secret " },
            new(Context.EntityId, Context.OrganisationId, Context.Purpose),
        ])
        {
            Assert.Throws<SecretException>(() => Box.Open(other, bytes));
        }
    }

    [Fact]
    public void A_flipped_bit_anywhere_is_detected()
    {
        var bytes = Box.Seal(Context, Secret);
        for (var bit = 0; bit < bytes.Length * 8; bit++)
        {
            var altered = bytes.ToArray();
            altered[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.Throws<SecretException>(() => Box.Open(Context, altered));
        }
    }

    [Fact]
    public void A_secret_does_not_open_with_the_id_of_another_key_of_the_ring()
    {
        var both = BoxOf(Key("k1", 1), Key("k2", 1)); // Even with the same value: the id is authenticated.
        var bytes = both.Seal(Context, Secret);
        bytes[3] = (byte)'2';
        Assert.Throws<SecretException>(() => both.Open(Context, bytes));
    }

    [Fact]
    public void Shortened_or_extended_bytes_are_detected()
    {
        var bytes = Box.Seal(Context, Secret);
        for (var length = 0; length < bytes.Length; length++)
        {
            Assert.Throws<SecretException>(() => Box.Open(Context, bytes.AsSpan(0, length)));
        }

        Assert.Throws<SecretException>(() => Box.Open(Context, [.. bytes, 0]));
    }

    [Fact]
    public void The_error_for_an_unknown_key_names_it()
    {
        var refused = Assert.Throws<SecretException>(() => BoxOf(Key("k2", 2)).Open(Context, Box.Seal(Context, Secret)));
        Assert.Contains("k1", refused.Message, StringComparison.Ordinal);
        Assert.Throws<SecretException>(() => BoxOf(Key("k1", 2)).Open(Context, Box.Seal(Context, Secret)));
    }

    [Fact]
    public void The_first_key_seals_and_all_open()
    {
        var old = Box.Seal(Context, Secret);
        var both = BoxOf(Key("k2", 2), Key("k1", 1));
        Assert.Equal(Secret, both.Open(Context, old));
        Assert.Equal("k2", SecretBox.KeyId(both.Seal(Context, Secret)));
    }

    [Fact]
    public void No_nonce_is_used_twice()
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        Parallel.For(0, 100_000, _ =>
        {
            var nonce = Convert.ToHexString(Box.Seal(Context, Secret).AsSpan(4, 12));
            lock (seen)
            {
                Assert.True(seen.Add(nonce));
            }
        });
        Assert.Equal(100_000, seen.Count);
    }

    [Fact]
    public void A_context_without_a_purpose_seals_nothing()
    {
        Assert.Throws<ArgumentException>(() => Box.Seal(Context with { Purpose = "" }, Secret));
        Assert.Throws<ArgumentOutOfRangeException>(() => Box.Seal(Context with { Purpose = new string('p', 65) }, Secret));
    }

    [Fact]
    public void Invalid_keys_are_refused()
    {
        Assert.Throws<SecretException>(() => new SecretKey("short", new byte[16]));
        Assert.Throws<SecretException>(() => new SecretKey("no id", new byte[32]));
        Assert.Throws<SecretException>(() => SecretKey.Parse("k", "not base64"));
        Assert.Throws<SecretException>(() => SecretKey.Parse("k", Convert.ToBase64String(new byte[33])));
        Assert.Throws<SecretException>(() => SecretKey.Parse("k", Convert.ToBase64String(new byte[64])));
        Assert.Throws<SecretException>(() => new KeyRing([]));
        Assert.Throws<SecretException>(() => new KeyRing([Key("k1", 1), Key("k1", 2)]));
    }

    private static SecretBox BoxOf(params SecretKey[] keys) => new(SecretKeys.Of(new KeyRing(keys)));

    private static SecretKey Key(string id, byte fill) => new(id, [.. Enumerable.Repeat(fill, SecretKey.Length)]);
}
