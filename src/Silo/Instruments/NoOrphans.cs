using System.Diagnostics;
using OpenTelemetry;

namespace Platform.Silo.Instruments;

/// <summary>
/// Drops calls to others that belong to no request and no delivery: the polling of the journal, membership, warming up. Each would be
/// a trace of its own, several a second.
/// </summary>
internal sealed class NoOrphans : BaseProcessor<Activity>
{
    public override void OnStart(Activity data)
    {
        if (data is { Kind: ActivityKind.Client, ParentSpanId: var parent } && parent == default)
        {
            data.IsAllDataRequested = false;
            data.ActivityTraceFlags &= ~ActivityTraceFlags.Recorded;
        }
    }
}
