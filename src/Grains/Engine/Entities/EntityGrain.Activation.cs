using Microsoft.Extensions.Logging;
using Platform.Grains.Engine.Journal;

namespace Platform.Grains.Engine.Entities;

/// <summary>Loads the entity from the journal, from a snapshot on if there is one.</summary>
public abstract partial class EntityGrain<TState, TEvent>
{
    private const int SnapshotEvery = 500;
    private const int SnapshotOnDeactivateFrom = 50;
    private const int ReplayPage = 2_000;

    private readonly GrainState<Snapshot> _snapshot = new();
    private long _snapshotVersion;
    private Task _saving = Task.CompletedTask;

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        Key = EntityKey.Parse(this.GetPrimaryKeyString());
        var from = await LoadSnapshotAsync();
        _durable = await ReplayAsync(from, cancellationToken) ??
            await ReplayAsync(null, cancellationToken) ??
            throw new InvalidOperationException($"The journal of {definition.Type} has a gap.");
        _tentative = _durable;
        SnapshotWhenDue();
    }

    /// <summary>Saves a snapshot if that saves the next activation much work. Nothing depends on it.</summary>
    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        if (_lost is null && _durable is not null && _durable.Version - _snapshotVersion >= SnapshotOnDeactivateFrom)
        {
            await _saving;
            await SaveSnapshotAsync(_durable);
        }
    }

    /// <summary>Folds the journal from a snapshot on. Returns null if the snapshot does not fit the journal.</summary>
    private async Task<Versioned?> ReplayAsync(Versioned? from, CancellationToken cancellationToken)
    {
        var (state, version) = (from?.State ?? definition.Initial, from?.Version ?? 0);
        var next = Math.Max(version, 1);
        while (true)
        {
            var entries = await services.Reader.ReadEntityAsync(Key, next, ReplayPage, cancellationToken);
            if (from is not null && next == version && (entries.Count == 0 || entries[0].Version != version))
            {
                return null;
            }

            if (version == 0 && entries.Count > 0 && entries[0].EntityType != definition.Type)
            {
                return new Versioned(definition.Initial, 0); // The id belongs to an entity of another type; this one does not exist.
            }

            foreach (var entry in entries.Where(entry => entry.Version > version))
            {
                if (entry.Version != version + 1 || entry.EntityType != definition.Type)
                {
                    return null;
                }

                state = Fold(state, entry);
                version = entry.Version;
            }

            foreach (var entry in entries.TakeLast(RecentOperations.Capacity))
            {
                _recent.Add(new OperationId(entry.OperationId), entry.CommandHash, entry.Version);
            }

            if (entries.Count < ReplayPage)
            {
                return new Versioned(state, version);
            }

            next = version + 1;
        }
    }

    private TState Fold(TState state, JournalEntry entry) =>
        definition.Fold(state, JournalJson.Read<TEvent[]>(entry.Events), AcceptedCommand.From(entry), rows: null);

    private async Task<Versioned?> LoadSnapshotAsync()
    {
        try
        {
            await services.Snapshots.ReadStateAsync(definition.Type, this.GetGrainId(), _snapshot);
            if (!_snapshot.RecordExists ||
                _snapshot.State is not { Version: > 0 } snapshot ||
                snapshot.Schema != definition.Snapshot.Schema)
            {
                return null;
            }

            _snapshotVersion = snapshot.Version;
            var state = System.Text.Json.JsonSerializer.Deserialize<TState>(snapshot.State, JournalJson.Options)!;
            return new Versioned(state, snapshot.Version);
        }
#pragma warning disable CA1031 // A snapshot only saves time: whatever is wrong with it, the journal is complete.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            LogSnapshotIgnored(services.Logger, exception, definition.Type);
            return null;
        }
    }

    private void SnapshotWhenDue()
    {
        if (_durable.Version - _snapshotVersion >= SnapshotEvery && _saving.IsCompleted)
        {
            _snapshotVersion = _durable.Version;
            _saving = SaveSnapshotAsync(_durable);
        }
    }

    private async Task SaveSnapshotAsync(Versioned versioned)
    {
        try
        {
            _snapshot.State = new Snapshot
            {
                Version = versioned.Version,
                Schema = definition.Snapshot.Schema,
                State = System.Text.Json.JsonSerializer.SerializeToElement(versioned.State, JournalJson.Options),
            };
            await services.Snapshots.WriteStateAsync(definition.Type, this.GetGrainId(), _snapshot);
        }
#pragma warning disable CA1031 // As above; the next due snapshot tries again.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            LogSnapshotNotSaved(services.Logger, exception, definition.Type);
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "Ignored a snapshot of {EntityType}; replaying the journal instead.")]
    private static partial void LogSnapshotIgnored(ILogger logger, Exception exception, string entityType);

    [LoggerMessage(2, LogLevel.Warning, "Could not save a snapshot of {EntityType}.")]
    private static partial void LogSnapshotNotSaved(ILogger logger, Exception exception, string entityType);
}
