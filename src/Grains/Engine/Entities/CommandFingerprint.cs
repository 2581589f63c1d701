using System.Buffers;
using System.Collections.Concurrent;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Platform.Grains.Engine.Entities;

/// <summary>
/// A 16-byte fingerprint of a command's content, without its context. The first 8 bytes, of its SHA-256, decide whether two commands
/// are the same. The others, one for the type and one for each member (shared past the seventh), only name the members that differ:
/// one difference in 256 is not named, but none goes undetected.
/// </summary>
public static class CommandFingerprint
{
    private const int TypeAt = 8;
    private const int MembersFrom = 9;
    private const int Members = 16 - MembersFrom;

    private static readonly ConcurrentDictionary<Type, byte[][]> Names = new();

    // Every command needs a fingerprint: one buffer per thread saves several allocations per command.
    [ThreadStatic]
    private static ArrayBufferWriter<byte>? buffer;

    [ThreadStatic]
    private static Utf8JsonWriter? writer;

    public static Guid Of(Command command)
    {
        Span<byte> print = stackalloc byte[16];
        Write(command, print);
        return new Guid(print, bigEndian: true);
    }

    public static bool IsSame(Guid left, Guid right)
    {
        Span<byte> bytes = stackalloc byte[32];
        left.TryWriteBytes(bytes, bigEndian: true, out _);
        right.TryWriteBytes(bytes[16..], bigEndian: true, out _);
        return bytes[..TypeAt].SequenceEqual(bytes[16..(16 + TypeAt)]);
    }

    /// <summary>JSON pointers to the members of a command that differ from the stored one. Empty if that was of another type.</summary>
    public static IReadOnlyList<string> Differences(Command command, Guid kept)
    {
        Span<byte> now = stackalloc byte[16];
        Span<byte> before = stackalloc byte[16];
        Write(command, now);
        kept.TryWriteBytes(before, bigEndian: true, out _);
        var names = NamesOf(command.GetType());
        var found = new List<string>();
        for (var i = 0; now[TypeAt] == before[TypeAt] && i < names.Length; i++)
        {
            if (now[At(i)] != before[At(i)])
            {
                found.Add("/" + Encoding.UTF8.GetString(names[i]));
            }
        }

        return found;
    }

    private static int At(int member) => MembersFrom + (member % Members);

    private static void Write(Command command, Span<byte> print)
    {
        var type = command.GetType();
        var bytes = buffer ??= new ArrayBufferWriter<byte>(512);
        var json = writer ??= new Utf8JsonWriter(bytes);
        bytes.ResetWrittenCount();
        json.Reset(bytes);
        json.WriteStartArray();
        json.WriteStringValue(type.Name);
        JsonSerializer.Serialize(json, command, type, JournalJson.Options);
        json.WriteEndArray();
        json.Flush();
        Span<byte> digest = stackalloc byte[32];
        SHA256.HashData(bytes.WrittenSpan, digest);
        digest[..TypeAt].CopyTo(print);
        print[TypeAt..].Clear();

        var names = NamesOf(type);
        var reader = new Utf8JsonReader(bytes.WrittenSpan);
        reader.Read();
        reader.Read();
        print[TypeAt] = Fold(reader.ValueSpan);
        reader.Read();
        for (var next = 0; reader.Read() && reader.TokenType == JsonTokenType.PropertyName;)
        {
            // Members are written in the order of the names; nulls are left out.
            while (next < names.Length - 1 && !reader.ValueTextEquals(names[next]))
            {
                next++;
            }

            reader.Read();
            var from = (int)reader.TokenStartIndex;
            reader.Skip();
            print[At(next)] ^= Fold(bytes.WrittenSpan[from..(int)reader.BytesConsumed]);
        }
    }

    private static byte[][] NamesOf(Type type) => Names.GetOrAdd(
        type,
        static type =>
        [
            .. JournalJson.Options.GetTypeInfo(type).Properties
                .Where(member => member.Get is not null)
                .Select(member => Encoding.UTF8.GetBytes(member.Name)),
        ]);

    // CRC-32C, folded into one byte: the processor has an instruction for it.
    private static byte Fold(ReadOnlySpan<byte> bytes)
    {
        var crc = 0u;
        foreach (var one in bytes)
        {
            crc = BitOperations.Crc32C(crc, one);
        }

        crc ^= crc >> 16;
        return (byte)((crc ^ (crc >> 8)) & 0xFF);
    }
}
