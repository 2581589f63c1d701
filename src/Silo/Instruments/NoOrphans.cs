using System.Diagnostics;
using OpenTelemetry;

namespace Platform.Silo.Instruments;

/// <summary>
/// Drops spans of outgoing calls without a parent: journal polling, membership, warm-up. Each would be a trace of its own, several
/// per second.
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
