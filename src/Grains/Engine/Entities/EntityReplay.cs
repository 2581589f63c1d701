using Platform.Grains.Engine.Journal;

namespace Platform.Grains.Engine.Entities;

/// <summary>Folds the journal of entities of one type into their read-model rows, without a grain.</summary>
public interface IEntityReplay
{
    string Type { get; }

    /// <summary>The shape of the state, which its snapshots carry.</summary>
    SnapshotShape Snapshot { get; }

    /// <summary>Starts at the state before the first event; give it the entity's rows of the journal in order.</summary>
    Func<JournalEntry, IReadOnlyList<ReadModelRow>> Begin();
}
