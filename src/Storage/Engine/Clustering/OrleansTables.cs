using Platform.Storage.Engine.Tables;

namespace Platform.Storage.Engine.Clustering;

/// <summary>The tables of Orleans' providers, which refer to them by name.</summary>
public static class OrleansTables
{
    /// <summary>The ADO.NET provider that Orleans uses for its tables.</summary>
    public const string Provider = "Npgsql";

    internal static readonly Table Queries = new("orleansquery", TableKind.Start);
    internal static readonly Table Members = new("orleansmembershiptable", TableKind.Store);
    internal static readonly Table MemberVersions = new("orleansmembershipversiontable", TableKind.Store);
    internal static readonly Table Reminders = new("orleansreminderstable", TableKind.Store);
    internal static readonly Table Snapshots = new("orleansstorage", TableKind.Store);
}
