using Npgsql;
using OpenTelemetry.Trace;
using Platform.Storage.Engine.Journal;

namespace Platform.Storage.Engine;

/// <summary>Registers the spans of the database: commits of the writer, and statements with their text but not their parameters.</summary>
public static class StorageTraces
{
    public static TracerProviderBuilder AddStorageTraces(this TracerProviderBuilder traces) =>
        traces.AddSource(JournalTraces.Name).AddNpgsql();
}
