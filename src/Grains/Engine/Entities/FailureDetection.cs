namespace Platform.Grains.Engine.Entities;

/// <summary>
/// How silos find out that one of them is dead, and how long an entity may answer reads meanwhile. The second must be the shorter:
/// when another activation may write, this one no longer answers.
/// </summary>
public static class FailureDetection
{
    /// <summary>How often a silo is probed, and how long it has to answer.</summary>
    public static readonly TimeSpan ProbeTimeout = TimeSpan.FromSeconds(2);

    /// <summary>So many probes in a row without an answer are a vote against it.</summary>
    public const int MissedProbes = 3;

    /// <summary>
    /// The shortest time from the last answer of a silo to the end of its membership. Refused connections fail at once, so that
    /// only the pauses between the probes count.
    /// </summary>
    public static TimeSpan Shortest => (MissedProbes - 1) * ProbeTimeout;

    /// <summary>An entity refuses reads when the store has not answered its silo for longer.</summary>
    public static readonly TimeSpan ReadLease = TimeSpan.FromSeconds(3);
}
