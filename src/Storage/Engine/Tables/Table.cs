namespace Platform.Storage.Engine.Tables;

/// <summary>What a table is for. Its rights, its part in a rebuild and its triggers follow from that.</summary>
public enum TableKind
{
    /// <summary>Evidence: rows are added and stay. A trigger holds that against the owner too; a rebuild adds what is missing.</summary>
    Evidence,

    /// <summary>Follows from the journal: a rebuild empties it and writes it anew.</summary>
    Derived,

    /// <summary>The platform's own, which nothing else could restore.</summary>
    Store,

    /// <summary>How far somebody has read the journal. Nothing to a rebuild; void where the journal is numbered anew.</summary>
    Progress,

    /// <summary>The start alone writes it, as the owner.</summary>
    Start,

    /// <summary>A view.</summary>
    View,
}

/// <summary>
/// One table, declared once: in the constructor of its writer, or as a static field beside its queries. Whatever must know all tables
/// asks <see cref="DeclaredTables"/>. <paramref name="FilledBy"/> is the consumer of the journal that fills it; its token goes with the rows.
/// </summary>
public sealed record Table(string Name, TableKind Kind, string? FilledBy = null)
{
    /// <summary>What the running platform may do with it. It may empty or alter none.</summary>
    public IReadOnlyList<string> Rights => Kind switch
    {
        TableKind.Evidence => ["SELECT", "INSERT"],
        TableKind.Start or TableKind.View => ["SELECT"],
        _ => ["SELECT", "INSERT", "UPDATE", "DELETE"],
    };
}
