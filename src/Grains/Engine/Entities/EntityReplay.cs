using Platform.Grains.Engine.Journal;

namespace Platform.Grains.Engine.Entities;

/// <summary>Folds the journal of one entity type into read-model rows, without a grain.</summary>
public interface IEntityReplay
{
    string Type { get; }

    /// <summary>The shape of the state, which snapshots record.</summary>
    SnapshotShape Snapshot { get; }

    /// <summary>Starts at the state before the first event. Pass the entity's journal rows to the function in order.</summary>
    Func<JournalEntry, IReadOnlyList<ReadModelRow>> Begin();
}
