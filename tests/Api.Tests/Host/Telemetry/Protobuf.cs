using System.Buffers.Binary;
using System.Text;

namespace Platform.Api.Tests.Host.Telemetry;

/// <summary>One field of a protocol-buffers message: its number, and its bytes or value.</summary>
public sealed record Protobuf(int Field, byte[] Bytes, ulong Number)
{
    public string Text => Encoding.UTF8.GetString(Bytes);

    public static IReadOnlyList<Protobuf> Fields(ReadOnlySpan<byte> message)
    {
        var fields = new List<Protobuf>();
        while (message.Length > 0)
        {
            var tag = (int)Varint(ref message);
            fields.Add((tag & 7) switch
            {
                0 => new Protobuf(tag >> 3, [], Varint(ref message)),
                1 => new Protobuf(tag >> 3, [], BinaryPrimitives.ReadUInt64LittleEndian(Take(ref message, 8))),
                2 => new Protobuf(tag >> 3, Take(ref message, (int)Varint(ref message)).ToArray(), 0),
                5 => new Protobuf(tag >> 3, [], BinaryPrimitives.ReadUInt32LittleEndian(Take(ref message, 4))),
                var type => throw new InvalidDataException($"Wire type {type}"),
            });
        }

        return fields;
    }

    private static ReadOnlySpan<byte> Take(ref ReadOnlySpan<byte> message, int length)
    {
        var taken = message[..length];
        message = message[length..];
        return taken;
    }

    private static ulong Varint(ref ReadOnlySpan<byte> message)
    {
        ulong value = 0;
        for (var shift = 0; ; shift += 7)
        {
            var next = Take(ref message, 1)[0];
            value |= (ulong)(next & 0x7f) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }
    }
}

/// <summary>Finds fields by number.</summary>
public static class ProtobufFields
{
    public static IEnumerable<Protobuf> Of(this IReadOnlyList<Protobuf> fields, int number) => fields.Where(field => field.Field == number);
}
