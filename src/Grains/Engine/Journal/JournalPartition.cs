namespace Platform.Grains.Engine.Journal;

/// <summary>The partition of the journal, and so the stream queue, of an organisation. It never changes.</summary>
public static class JournalPartition
{
    public const int Count = 16;

    /// <summary>Uses the last byte of the id, which is random in every UUID version used here.</summary>
    public static short Of(Guid organisationId)
    {
        Span<byte> bytes = stackalloc byte[16];
        organisationId.TryWriteBytes(bytes, bigEndian: true, out _);
        return (short)(bytes[15] & (Count - 1));
    }
}
