namespace Platform.Grains.Engine.Journal;

/// <summary>Which part of the journal, and so which stream queue, an organisation belongs to. Fixed for life.</summary>
public static class JournalPartition
{
    public const int Count = 16;

    /// <summary>The last byte of an id is random in every UUID version that is used here.</summary>
    public static short Of(Guid organisationId)
    {
        Span<byte> bytes = stackalloc byte[16];
        organisationId.TryWriteBytes(bytes, bigEndian: true, out _);
        return (short)(bytes[15] & (Count - 1));
    }
}
