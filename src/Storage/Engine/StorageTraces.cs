using Npgsql;
using OpenTelemetry.Trace;
using Platform.Storage.Engine.Journal;

namespace Platform.Storage.Engine;

/// <summary>Registers the spans of the database: what the writer commits, and every statement with its text, without its parameters.</summary>
public static class StorageTraces
{
    public static TracerProviderBuilder AddStorageTraces(this TracerProviderBuilder traces) =>
        traces.AddSource(JournalTraces.Name).AddNpgsql();
}
