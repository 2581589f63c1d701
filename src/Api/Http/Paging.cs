using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Platform.Api.Http;

/// <summary>
/// Cursors of lists: the key after which the next page starts, marked with a version and a digest over list, resource and
/// the filter of the request, so that a cursor of another list or filter or an altered one is refused. They hold nothing secret
/// and open nothing: each query names the caller's organisation itself.
/// </summary>
public static class Paging
{
    public const int DefaultLimit = 50;
    public const int MaxLimit = 200;
    private const byte Version = 1;
    private const int DigestLength = 8;

    /// <summary>The place after an instant and an id, in the list as this request filters it.</summary>
    public static string Cursor(HttpContext http, string list, Guid scope, DateTimeOffset at, Guid id)
    {
        Span<byte> key = stackalloc byte[24];
        BinaryPrimitives.WriteInt64BigEndian(key, at.UtcTicks);
        id.TryWriteBytes(key[8..], bigEndian: true, out _);
        return Encode(list + FilterOf(http), scope, key);
    }

    /// <summary>The place after a number.</summary>
    public static string Cursor(HttpContext http, string list, Guid scope, long number)
    {
        Span<byte> key = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(key, number);
        return Encode(list + FilterOf(http), scope, key);
    }

    /// <summary>The place after an event of a row of the journal.</summary>
    public static string Cursor(HttpContext http, string list, Guid scope, ulong xid, long position, int place)
    {
        Span<byte> key = stackalloc byte[20];
        BinaryPrimitives.WriteUInt64BigEndian(key, xid);
        BinaryPrimitives.WriteInt64BigEndian(key[8..], position);
        BinaryPrimitives.WriteInt32BigEndian(key[16..], place);
        return Encode(list + FilterOf(http), scope, key);
    }

    /// <summary>Reads the parameter <c>cursor</c>; null on the first page, a problem where it is not one of this list.</summary>
    public static (DateTimeOffset At, Guid Id)? InstantAndId(HttpContext http, string list, Guid scope)
    {
        var key = Decode(http, list, scope, 24);
        if (key is null)
        {
            return null;
        }

        var ticks = BinaryPrimitives.ReadInt64BigEndian(key);
        return ticks >= 0 && ticks <= DateTimeOffset.MaxValue.UtcTicks
            ? (new DateTimeOffset(ticks, TimeSpan.Zero), new Guid(key.AsSpan(8, 16), bigEndian: true))
            : throw Invalid();
    }

    public static long? Number(HttpContext http, string list, Guid scope) =>
        Decode(http, list, scope, 8) is { } key ? BinaryPrimitives.ReadInt64BigEndian(key) : null;

    public static (ulong Xid, long Position, int Place)? JournalPlace(HttpContext http, string list, Guid scope) =>
        Decode(http, list, scope, 20) is { } key
            ? (BinaryPrimitives.ReadUInt64BigEndian(key), BinaryPrimitives.ReadInt64BigEndian(key.AsSpan(8)), BinaryPrimitives.ReadInt32BigEndian(key.AsSpan(16)))
            : null;

    /// <summary>A page of what a query found, which was asked for one row more than the limit.</summary>
    public static Page<T> Of<T>(IReadOnlyList<T> found, int limit, Func<T, string> cursor) => found.Count <= limit
        ? new Page<T>(found, null)
        : new Page<T>([.. found.Take(limit)], cursor(found[limit - 1]));

    private static string Encode(string list, Guid scope, ReadOnlySpan<byte> key)
    {
        var bytes = new byte[1 + DigestLength + key.Length];
        bytes[0] = Version;
        Digest(list, scope, key, bytes.AsSpan(1, DigestLength));
        key.CopyTo(bytes.AsSpan(1 + DigestLength));
        return Base64Url.EncodeToString(bytes);
    }

    private static byte[]? Decode(HttpContext http, string list, Guid scope, int length)
    {
        if (!http.Request.Query.TryGetValue("cursor", out var values) || values.Count != 1)
        {
            return null;
        }

        var text = values[0] ?? "";
        Span<byte> bytes = stackalloc byte[64];
        Span<byte> digest = stackalloc byte[DigestLength];
        if (text.Length is 0 or > 80 || !Base64Url.IsValid(text, out var decoded) || decoded != 1 + DigestLength + length ||
            !Base64Url.TryDecodeFromChars(text, bytes, out _) || bytes[0] != Version)
        {
            throw Invalid();
        }

        var key = bytes.Slice(1 + DigestLength, length).ToArray();
        list += FilterOf(http);
        Digest(list, scope, key, digest);
        return digest.SequenceEqual(bytes.Slice(1, DigestLength)) && Encode(list, scope, key) == text ? key : throw Invalid();
    }

    // All parameters but those of paging itself; nothing where there are none, so that cursors of before are still good.
    private static string FilterOf(HttpContext http) => string.Concat(http.Request.Query
        .Where(parameter => parameter.Key is not ("cursor" or "limit")).OrderBy(parameter => parameter.Key, StringComparer.Ordinal)
        .Select(parameter => $"\n{parameter.Key.Length}:{parameter.Key}={parameter.Value}"));

    private static void Digest(string list, Guid scope, ReadOnlySpan<byte> key, Span<byte> digest)
    {
        Span<byte> hash = stackalloc byte[32];
        SHA256.HashData(Encoding.UTF8.GetBytes($"{Version}:{list}:{scope:N}:{Convert.ToHexString(key)}"), hash);
        hash[..DigestLength].CopyTo(digest);
    }

    private static ProblemException Invalid() =>
        new(Problems.Invalid("cursor", "invalid-cursor", "The cursor is not one that this list gave for this filter."));
}
