using System.Buffers;
using System.Text.Json;
using Platform.Identity;

namespace Platform.Grains.Wallets;

/// <summary>Reads a line of a ledger export member by member, in a fixed order, so that none is missing, duplicated or unknown.</summary>
internal ref struct LedgerReader
{
    private Utf8JsonReader _json;

    public LedgerReader(ReadOnlySpan<byte> line)
    {
        _json = new Utf8JsonReader(line);
        Next(JsonTokenType.StartObject);
    }

    public void Begin(ReadOnlySpan<byte> name)
    {
        Name(name);
        Next(JsonTokenType.StartObject);
    }

    public void End() => Next(JsonTokenType.EndObject);

    /// <summary>Throws if anything follows the object.</summary>
    public void Done()
    {
        if (_json.Read())
        {
            throw new FormatException("A line must be a single JSON object.");
        }
    }

    public long Number(ReadOnlySpan<byte> name)
    {
        Name(name);
        Next(JsonTokenType.Number);
        return _json.GetInt64();
    }

    public Guid Id(ReadOnlySpan<byte> name) => IdOrNull(name) ?? throw Missing();

    public Guid? IdOrNull(ReadOnlySpan<byte> name) => Value(name) ? _json.GetGuid() : null;

    public string Text(ReadOnlySpan<byte> name) => TextOrNull(name) ?? throw Missing();

    public string? TextOrNull(ReadOnlySpan<byte> name) => Value(name) ? _json.GetString() : null;

    public DateTimeOffset Instant(ReadOnlySpan<byte> name) => InstantOrNull(name) ?? throw Missing();

    public DateTimeOffset? InstantOrNull(ReadOnlySpan<byte> name)
    {
        const int Length = 27; // Microseconds: the hash does not cover further digits.
        if (!Value(name))
        {
            return null;
        }

        return _json.ValueSpan is { Length: Length } text && text[^1] == 'Z'
            ? _json.GetDateTimeOffset()
            : throw new FormatException("An instant must be in UTC with microseconds.");
    }

    public Digest Hash(ReadOnlySpan<byte> name)
    {
        if (!Value(name))
        {
            throw Missing();
        }

        Span<byte> hash = stackalloc byte[32];
        return _json.ValueSpan is { Length: 64 } text && Convert.FromHexString(text, hash, out _, out _) == OperationStatus.Done
            ? Digest.Read(hash)
            : throw new FormatException("A hash must be 32 bytes in hex.");
    }

    public long[] Numbers(ReadOnlySpan<byte> name)
    {
        Name(name);
        Next(JsonTokenType.StartArray);
        var numbers = new List<long>(4);
        while (_json.Read() && _json.TokenType != JsonTokenType.EndArray)
        {
            numbers.Add(_json.GetInt64());
        }

        return [.. numbers];
    }

    public IReadOnlyDictionary<string, string>? Texts(ReadOnlySpan<byte> name)
    {
        Name(name);
        if (_json.Read() && _json.TokenType == JsonTokenType.Null)
        {
            return null;
        }

        Expect(JsonTokenType.StartObject);
        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        while (_json.Read() && _json.TokenType == JsonTokenType.PropertyName)
        {
            var key = _json.GetString()!;
            Next(JsonTokenType.String);
            if (!texts.TryAdd(key, _json.GetString()!))
            {
                throw new FormatException("A member of the metadata appears twice.");
            }
        }

        Expect(JsonTokenType.EndObject);
        return texts;
    }

    // Returns true if a text follows, false if null follows.
    private bool Value(ReadOnlySpan<byte> name)
    {
        Name(name);
        if (_json.Read() && _json.TokenType == JsonTokenType.Null)
        {
            return false;
        }

        Expect(JsonTokenType.String);
        return true;
    }

    private void Name(ReadOnlySpan<byte> name)
    {
        Next(JsonTokenType.PropertyName);
        if (!_json.ValueTextEquals(name))
        {
            throw new FormatException("A member is missing, unknown or out of order.");
        }
    }

    private void Next(JsonTokenType type)
    {
        _json.Read();
        Expect(type);
    }

    private readonly void Expect(JsonTokenType type)
    {
        if (_json.TokenType != type)
        {
            throw new FormatException("A value has the wrong JSON type.");
        }
    }

    private static FormatException Missing() => new("A value is missing.");
}
