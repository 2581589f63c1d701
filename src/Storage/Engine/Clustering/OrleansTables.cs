using Platform.Storage.Engine.Tables;

namespace Platform.Storage.Engine.Clustering;

/// <summary>The tables of Orleans' providers, which know them by name.</summary>
internal static class OrleansTables
{
    public static readonly Table Queries = new("orleansquery", TableKind.Start);
    public static readonly Table Members = new("orleansmembershiptable", TableKind.Store);
    public static readonly Table MemberVersions = new("orleansmembershipversiontable", TableKind.Store);
    public static readonly Table Reminders = new("orleansreminderstable", TableKind.Store);
    public static readonly Table Snapshots = new("orleansstorage", TableKind.Store);
}
