using System.Buffers;
using Orleans.Serialization.Buffers;
using Orleans.Serialization.Codecs;
using Orleans.Serialization.WireProtocol;

namespace Platform.Activities;

/// <summary>
/// Serialises a quantity between silos. Whole units are written as a plain integer, as quantities were before they had fractions, so that
/// silos of both builds understand each other. Fractions are written as 16 bytes, which an older build rejects.
/// </summary>
[RegisterSerializer]
public sealed class QuantityCodec : IFieldCodec<Quantity>
{
    private const int FractionBytes = 16;

    public void WriteField<TBufferWriter>(ref Writer<TBufferWriter> writer, uint fieldIdDelta, Type? expectedType, Quantity value)
        where TBufferWriter : IBufferWriter<byte>
    {
        ReferenceCodec.MarkValueField(writer.Session);
        if (value.Rest == 0 && value.Millionths / Quantity.PerUnit is var whole && whole >= long.MinValue && whole <= long.MaxValue)
        {
            writer.WriteFieldHeader(fieldIdDelta, expectedType, typeof(Quantity), WireType.VarInt);
            writer.WriteVarInt64((long)whole);
            return;
        }

        writer.WriteFieldHeader(fieldIdDelta, expectedType, typeof(Quantity), WireType.LengthPrefixed);
        writer.WriteVarUInt32(FractionBytes);
        writer.WriteInt64((long)(value.Millionths >> 64));
        writer.WriteUInt64((ulong)(value.Millionths & ulong.MaxValue));
    }

    public Quantity ReadValue<TInput>(ref Reader<TInput> reader, Field field)
    {
        ReferenceCodec.MarkValueField(reader.Session);
        if (field.WireType != WireType.LengthPrefixed)
        {
            return reader.ReadInt64(field.WireType);
        }

        var length = reader.ReadVarUInt32();
        if (length != FractionBytes)
        {
            throw new InvalidOperationException($"A quantity must have {FractionBytes} bytes, not {length}.");
        }

        var high = (Int128)reader.ReadInt64();
        return new Quantity((high << 64) | reader.ReadUInt64());
    }
}
