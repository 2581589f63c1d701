using System.Security.Cryptography;

namespace Platform.Storage.Engine.Secrets;

/// <summary>A 256-bit key, and the id by which sealed bytes refer to it.</summary>
public sealed class SecretKey
{
    public const int Length = 32;
    public const int MaxIdLength = 64;
    private readonly byte[] _value;

    public SecretKey(string id, ReadOnlySpan<byte> value, DateTimeOffset? createdAt = null)
    {
        if (id.Length is 0 or > MaxIdLength || !id.All(static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.'))
        {
            throw new SecretException($"The key id '{id}' must have 1 to {MaxIdLength} letters, digits, '-', '_' and '.'.");
        }

        if (value.Length != Length)
        {
            throw new SecretException($"The key {id} has {value.Length} bytes; it must have {Length}.");
        }

        Id = id;
        _value = value.ToArray();
        CreatedAt = createdAt;
    }

    public string Id { get; }

    public ReadOnlySpan<byte> Value => _value;

    /// <summary>When it was created; null for a configured key.</summary>
    public DateTimeOffset? CreatedAt { get; }

    /// <summary>Creates a random key whose id starts with the date.</summary>
    public static SecretKey New(DateTimeOffset now)
    {
        var id = $"{now.UtcDateTime:yyyyMMdd}-{RandomNumberGenerator.GetHexString(8, lowercase: true)}";
        return new(id, RandomNumberGenerator.GetBytes(Length), now);
    }

    /// <summary>Parses a key from base64.</summary>
    public static SecretKey Parse(string id, string base64, DateTimeOffset? createdAt = null)
    {
        var value = new byte[Length + 3];
        return Convert.TryFromBase64String(base64.Trim(), value, out var length)
            ? new SecretKey(id, value.AsSpan(0, length), createdAt)
            : throw new SecretException(
                $"The value of the key {id} must be {Length} bytes in base64. Create one with: openssl rand -base64 {Length}");
    }
}

/// <summary>The keys that open secrets. The first one seals new ones.</summary>
public sealed class KeyRing
{
    private readonly SecretKey[] _keys;

    public KeyRing(IEnumerable<SecretKey> keys)
    {
        _keys = [.. keys];
        if (_keys.Length == 0)
        {
            throw new SecretException("At least one key for secrets is required.");
        }

        if (_keys.GroupBy(key => key.Id, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1) is { } twice)
        {
            throw new SecretException($"More than one key for secrets has the id {twice.Key}.");
        }
    }

    public SecretKey Current => _keys[0];

    public IReadOnlyList<SecretKey> Keys => _keys;

    public SecretKey? Find(ReadOnlySpan<char> id)
    {
        foreach (var key in _keys)
        {
            if (id.SequenceEqual(key.Id))
            {
                return key;
            }
        }

        return null;
    }
}
