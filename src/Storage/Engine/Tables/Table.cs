namespace Platform.Storage.Engine.Tables;

/// <summary>What a table is for. This determines its rights, its triggers and what a rebuild does with it.</summary>
public enum TableKind
{
    /// <summary>Evidence: rows are only added. A trigger enforces that even for the owner. A rebuild adds missing rows.</summary>
    Evidence,

    /// <summary>Derived from the journal: a rebuild empties and refills it.</summary>
    Derived,

    /// <summary>Data that cannot be restored from elsewhere.</summary>
    Store,

    /// <summary>Read positions in the journal. A rebuild ignores it; renumbering the journal empties it.</summary>
    Progress,

    /// <summary>Only the start writes it, as the owner.</summary>
    Start,

    /// <summary>A view.</summary>
    View,
}

/// <summary>
/// A table, declared once as a static field, usually next to its queries. <see cref="DeclaredTables"/> lists all of them.
/// This base class is for tables with handwritten statements; others are a <see cref="Table{TRow}"/>.
/// </summary>
/// <param name="name">Its name in the database.</param>
/// <param name="kind">What it is for.</param>
/// <param name="filledBy">The consumer of the journal that fills it; emptying the table deletes the consumer's token.</param>
public class Table(string name, TableKind kind, string? filledBy = null)
{
    public string Name => name;

    public TableKind Kind => kind;

    public string? FilledBy => filledBy;

    /// <summary>The declared columns; empty if its statements are handwritten.</summary>
    public virtual IReadOnlyList<Column> Columns => [];

    /// <summary>The rights of the running platform on it. It may never truncate or alter a table.</summary>
    public IReadOnlyList<string> Rights => Kind switch
    {
        TableKind.Evidence => ["SELECT", "INSERT"],
        TableKind.Start or TableKind.View => ["SELECT"],
        _ => ["SELECT", "INSERT", "UPDATE", "DELETE"],
    };

    /// <summary>Starts a query of these columns, separated by commas.</summary>
    public ListQuery Select(string columns) => new("SELECT " + columns + " FROM " + Name);
}
