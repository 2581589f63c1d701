namespace Platform.Grains.Engine.Journal;

/// <summary>
/// A place in the order of the journal: transaction id, then position. Only rows of transactions older than every running
/// one are read, so that nothing can appear before a fence that was read up to (PostgreSQL: pg_snapshot_xmin).
/// </summary>
[GenerateSerializer, Immutable, Alias("platform.journal.fence")]
public readonly record struct Fence([property: Id(0)] ulong Xid, [property: Id(1)] long Position) : IComparable<Fence>
{
    /// <summary>Before the first row.</summary>
    public static readonly Fence Start;

    public int CompareTo(Fence other) => Xid != other.Xid ? Xid.CompareTo(other.Xid) : Position.CompareTo(other.Position);

    public static bool operator <(Fence left, Fence right) => left.CompareTo(right) < 0;

    public static bool operator >(Fence left, Fence right) => left.CompareTo(right) > 0;

    public static bool operator <=(Fence left, Fence right) => left.CompareTo(right) <= 0;

    public static bool operator >=(Fence left, Fence right) => left.CompareTo(right) >= 0;

    public override string ToString() => $"{Xid}:{Position}";
}
