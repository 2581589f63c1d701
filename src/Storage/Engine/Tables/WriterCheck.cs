using Platform.Grains.Engine.Journal;

namespace Platform.Storage.Engine.Tables;

/// <summary>
/// Prevents the start of a silo if a read-model row has no writer or more than one. Otherwise its commands would only fail when
/// somebody sends them.
/// </summary>
public sealed class WriterCheck(IEnumerable<IReadModelWriter> writers) : IConfigurationValidator
{
    public void ValidateConfiguration() =>
        Require(
            typeof(ReadModelRow).Assembly.GetTypes().Where(type => !type.IsAbstract && type.IsSubclassOf(typeof(ReadModelRow))),
            writers);

    /// <exception cref="OrleansConfigurationException">Some row types have no writer or several; the message names them.</exception>
    public static void Require(IEnumerable<Type> rowTypes, IEnumerable<IReadModelWriter> writers)
    {
        var handled = writers.ToLookup(writer => writer.RowType);
        string[] faults =
        [
            .. rowTypes.Where(row => !handled.Contains(row)).Select(row => $"{row.FullName} has no writer"),
            .. handled.Where(group => group.Count() > 1).Select(group =>
                $"{group.Key.FullName} has {group.Count()}, of the tables {string.Join(", ", group.Select(writer => writer.Table.Name))}"),
        ];
        if (faults.Length > 0)
        {
            throw new OrleansConfigurationException($"Each read-model row must have exactly one writer. {string.Join("; ", faults)}.");
        }
    }
}
