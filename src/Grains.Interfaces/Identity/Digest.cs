using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Platform.Identity;

/// <summary>The SHA-256 of a random 256-bit secret, stored in place of the secret. Such a secret needs no slow hash.</summary>
[GenerateSerializer, Immutable, Alias("platform.identity.digest"), JsonConverter(typeof(DigestJsonConverter))]
public readonly record struct Digest([property: Id(0)] UInt128 High, [property: Id(1)] UInt128 Low)
{
    public static Digest Of(ReadOnlySpan<byte> secret)
    {
        Span<byte> hash = stackalloc byte[32];
        SHA256.HashData(secret, hash);
        return Read(hash);
    }

    /// <summary>Compares in constant time.</summary>
    public bool Matches(Digest other)
    {
        Span<byte> mine = stackalloc byte[32];
        Span<byte> theirs = stackalloc byte[32];
        Write(mine);
        other.Write(theirs);
        return CryptographicOperations.FixedTimeEquals(mine, theirs);
    }

    /// <summary>The first 64 bits, enough to recognise a used secret.</summary>
    public long Prefix => unchecked((long)(ulong)(High >> 64));

    public byte[] ToArray()
    {
        var hash = new byte[32];
        Write(hash);
        return hash;
    }

    /// <summary>Reads a digest from its 32 bytes.</summary>
    public static Digest Read(ReadOnlySpan<byte> hash) => new(
        System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(hash),
        System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(hash[16..]));

    public void Write(Span<byte> hash)
    {
        System.Buffers.Binary.BinaryPrimitives.WriteUInt128BigEndian(hash, High);
        System.Buffers.Binary.BinaryPrimitives.WriteUInt128BigEndian(hash[16..], Low);
    }
}

/// <summary>Writes a digest as Base64, for the journal.</summary>
internal sealed class DigestJsonConverter : JsonConverter<Digest>
{
    public override Digest Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        Digest.Read(reader.GetBytesFromBase64());

    public override void Write(Utf8JsonWriter writer, Digest value, JsonSerializerOptions options)
    {
        Span<byte> hash = stackalloc byte[32];
        value.Write(hash);
        writer.WriteBase64StringValue(hash);
    }
}
