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

    /// <summary>How far somebody has read the journal. A rebuild ignores it; it is void once the journal is numbered anew.</summary>
    Progress,

    /// <summary>Only the start writes it, as the owner.</summary>
    Start,

    /// <summary>A view.</summary>
    View,
}

/// <summary>
/// One table, declared once as a static field, usually beside its queries. Whatever must know all tables asks <see cref="DeclaredTables"/>.
/// This base class is for tables whose statements are written by hand; others are a <see cref="Table{TRow}"/>.
/// </summary>
/// <param name="name">Its name in the database.</param>
/// <param name="kind">What it is for.</param>
/// <param name="filledBy">The consumer of the journal that fills it; its token goes with the rows.</param>
public class Table(string name, TableKind kind, string? filledBy = null)
{
    public string Name => name;

    public TableKind Kind => kind;

    public string? FilledBy => filledBy;

    /// <summary>The columns that this build writes by the declaration; none if its statements are written by hand.</summary>
    public virtual IReadOnlyList<Column> Columns => [];

    /// <summary>What the running platform may do with it. It may empty or alter none.</summary>
    public IReadOnlyList<string> Rights => Kind switch
    {
        TableKind.Evidence => ["SELECT", "INSERT"],
        TableKind.Start or TableKind.View => ["SELECT"],
        _ => ["SELECT", "INSERT", "UPDATE", "DELETE"],
    };

    /// <summary>Begins a query for these columns of the table, separated by commas.</summary>
    public ListQuery Select(string columns) => new("SELECT " + columns + " FROM " + Name);
}
