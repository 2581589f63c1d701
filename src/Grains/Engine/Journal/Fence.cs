namespace Platform.Grains.Engine.Journal;

/// <summary>
/// A position in the order of the journal: transaction id, then position. Readers read only rows of transactions older than every
/// running one (PostgreSQL: pg_snapshot_xmin), so no row can appear before a fence they have reached.
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
