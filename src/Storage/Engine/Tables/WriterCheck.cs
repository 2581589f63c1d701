using Orleans;
using Orleans.Runtime;
using Platform.Grains.Engine.Journal;

namespace Platform.Storage.Engine.Tables;

/// <summary>
/// No silo starts if a definition may make a row that no writer, or more than one, handles: otherwise its commands would be refused one
/// by one when somebody needs them.
/// </summary>
public sealed class WriterCheck(IEnumerable<IReadModelWriter> writers) : IConfigurationValidator
{
    public void ValidateConfiguration() =>
        Require(typeof(ReadModelRow).Assembly.GetTypes().Where(type => !type.IsAbstract && type.IsSubclassOf(typeof(ReadModelRow))), writers);

    /// <exception cref="OrleansConfigurationException">Names every row type at fault.</exception>
    public static void Require(IEnumerable<Type> rowTypes, IEnumerable<IReadModelWriter> writers)
    {
        var handled = writers.ToLookup(writer => writer.RowType);
        string[] faults =
        [
            .. rowTypes.Where(row => !handled.Contains(row)).Select(row => $"{row.FullName} has no writer"),
            .. handled.Where(group => group.Count() > 1)
                .Select(group =>
                    $"{group.Key.FullName} has {group.Count()}, of tables {string.Join(", ", group.Select(writer => writer.Table.Name))}"),
        ];
        if (faults.Length > 0)
        {
            throw new OrleansConfigurationException($"Each row of a read model must have exactly one writer. {string.Join("; ", faults)}.");
        }
    }
}
