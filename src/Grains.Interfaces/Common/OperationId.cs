using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Platform;

/// <summary>
/// Identifies one operation of a caller. The same id always means the same command: it is decided once, and a repetition gets the
/// stored reply.
/// </summary>
[GenerateSerializer, Immutable, Alias("platform.operation-id")]
public readonly record struct OperationId([property: Id(0)] Guid Value)
{
    /// <summary>A new id for a request without an idempotency key.</summary>
    public static OperationId Fresh(TimeProvider time) => new(Guid.CreateVersion7(time.GetUtcNow()));

    /// <summary>The id of an idempotency key within a scope, such as organisation and route.</summary>
    public static OperationId FromKey(string scope, string key) => new(Hash(scope, key));

    /// <summary>The id of one step of this operation at another entity. The same step always has the same id.</summary>
    public OperationId Step(string name) => new(Hash(Value.ToString("N"), name));

    /// <summary>Derives the id of an entity or row from this operation: UUID version 7, starting with the instant.</summary>
    public Guid NewId(DateTimeOffset at, int ordinal = 0)
    {
        Span<byte> bytes = stackalloc byte[16];
        var seed = ordinal == 0 ? Value : Hash(Value.ToString("N"), ordinal.ToString(System.Globalization.CultureInfo.InvariantCulture));
        seed.TryWriteBytes(bytes, bigEndian: true, out _);
        Span<byte> hash = stackalloc byte[32];
        SHA256.HashData(bytes, hash);
        hash[..16].CopyTo(bytes);
        Span<byte> milliseconds = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(milliseconds, at.ToUnixTimeMilliseconds());
        milliseconds[2..].CopyTo(bytes);
        bytes[6] = (byte)(0x70 | (bytes[6] & 0x0F));
        bytes[8] = (byte)(0x80 | (bytes[8] & 0x3F));
        return new Guid(bytes, bigEndian: true);
    }

    public override string ToString() => Value.ToString();

    // RFC 9562 version 8 (custom hash), so that an id from a key never equals a fresh one.
    private static Guid Hash(string scope, string key)
    {
        Span<byte> hash = stackalloc byte[32];
        SHA256.HashData(Encoding.UTF8.GetBytes($"{scope.Length}:{scope}{key}"), hash);
        hash[6] = (byte)(0x80 | (hash[6] & 0x0F));
        hash[8] = (byte)(0x80 | (hash[8] & 0x3F));
        return new Guid(hash[..16], bigEndian: true);
    }
}
