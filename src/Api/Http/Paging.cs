using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Platform.Api.Http;

/// <summary>
/// Cursors for keyset paging: the key after which the next page starts, with a version and a digest over list, resource and filter.
/// A cursor of another list or filter, or an altered one, is refused. Cursors are not secret and grant nothing: every query is limited to
/// the caller's organisation.
/// </summary>
public static class Paging
{
    public const int DefaultLimit = 50;
    public const int MaxLimit = 200;
    private const byte Version = 1;
    private const int DigestLength = 8;

    /// <summary>The cursor after an instant and an id, for the filter of this request.</summary>
    public static string Cursor(HttpContext http, string list, Guid scope, DateTimeOffset at, Guid id)
    {
        Span<byte> key = stackalloc byte[24];
        BinaryPrimitives.WriteInt64BigEndian(key, at.UtcTicks);
        id.TryWriteBytes(key[8..], bigEndian: true, out _);
        return Encode(list + FilterOf(http), scope, key);
    }

    /// <summary>The cursor after a number.</summary>
    public static string Cursor(HttpContext http, string list, Guid scope, long number)
    {
        Span<byte> key = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(key, number);
        return Encode(list + FilterOf(http), scope, key);
    }

    /// <summary>The cursor after one event of a journal row.</summary>
    public static string Cursor(HttpContext http, string list, Guid scope, ulong xid, long position, int place)
    {
        Span<byte> key = stackalloc byte[20];
        BinaryPrimitives.WriteUInt64BigEndian(key, xid);
        BinaryPrimitives.WriteInt64BigEndian(key[8..], position);
        BinaryPrimitives.WriteInt32BigEndian(key[16..], place);
        return Encode(list + FilterOf(http), scope, key);
    }

    /// <summary>
    /// Parses the parameter <c>cursor</c>; null on the first page. Throws ProblemException if it is not a cursor of this list.
    /// </summary>
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
            ? (BinaryPrimitives.ReadUInt64BigEndian(key), BinaryPrimitives.ReadInt64BigEndian(key.AsSpan(8)),
                BinaryPrimitives.ReadInt32BigEndian(key.AsSpan(16)))
            : null;

    /// <summary>Makes a page of the rows found. The query must ask for one row more than the limit.</summary>
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

    // All parameters except those of paging. Empty if there are none, so that older cursors stay valid.
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
        new(Problems.Invalid("cursor", "invalid-cursor", "The cursor is invalid, or belongs to another list or filter."));
}
