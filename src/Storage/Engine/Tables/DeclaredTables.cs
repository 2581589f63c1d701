using System.Reflection;
using Platform.Grains.Engine.Journal;

namespace Platform.Storage.Engine.Tables;

/// <summary>
/// All tables of this build, found by a scan of static fields. A class that declares a table must not use this class in a static field:
/// the scan reads those fields.
/// </summary>
public static class DeclaredTables
{
    private const BindingFlags Fields = BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    /// <summary>All tables, ordered by name.</summary>
    public static IReadOnlyList<Table> All { get; } =
        Of(typeof(DeclaredTables).Assembly.GetTypes().Where(type => !type.ContainsGenericParameters).SelectMany(Declared));

    /// <summary>The tables of read-model rows. Other tables are written by their own classes.</summary>
    public static IReadOnlyList<IReadModelWriter> Writers { get; } =
        [.. All.OfType<IReadModelWriter>().Where(writer => writer.RowType.IsSubclassOf(typeof(ReadModelRow)))];

    /// <summary>The names of the tables of one kind.</summary>
    public static IReadOnlyList<string> NamesOf(TableKind kind) => [.. All.Where(table => table.Kind == kind).Select(table => table.Name)];

    /// <summary>The consumers of the journal that fill tables.</summary>
    public static IReadOnlyList<string> Consumers { get; } = [.. All.Select(table => table.FilledBy).OfType<string>().Distinct()];

    /// <summary>Orders declarations by name. Throws if a table is declared twice.</summary>
    public static IReadOnlyList<Table> Of(IEnumerable<Table> declared)
    {
        Table[] ordered = [.. declared.OrderBy(table => table.Name, StringComparer.Ordinal)];
        foreach (var (one, next) in ordered.Zip(ordered.Skip(1)))
        {
            if (one.Name == next.Name)
            {
                throw new InvalidOperationException($"Table {one.Name} is declared twice, as {one.Kind} and as {next.Kind}.");
            }
        }

        return ordered;
    }

    private static IEnumerable<Table> Declared(Type type) =>
        type.GetFields(Fields).Where(field => field.FieldType.IsAssignableTo(typeof(Table))).Select(field => (Table)field.GetValue(null)!);
}
