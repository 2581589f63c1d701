namespace Platform.Grains.Engine.Entities;

/// <summary>
/// How silos detect a dead silo, and how long its entities may answer reads. The read lease must be shorter than detection:
/// once another activation may write, this one must no longer answer.
/// </summary>
public static class FailureDetection
{
    /// <summary>How often a silo is probed, and how long it has to answer.</summary>
    public static readonly TimeSpan ProbeTimeout = TimeSpan.FromSeconds(2);

    /// <summary>The number of consecutive missed probes that count as a vote against the silo.</summary>
    public const int MissedProbes = 3;

    /// <summary>
    /// The shortest time from a silo's last answer to its eviction. Refused connections fail at once, so only the pauses between
    /// the probes count.
    /// </summary>
    public static TimeSpan Shortest => (MissedProbes - 1) * ProbeTimeout;

    /// <summary>An entity refuses reads if the store has not answered its silo for longer than this.</summary>
    public static readonly TimeSpan ReadLease = TimeSpan.FromSeconds(3);
}
