using Platform.Storage.Identity;

namespace Platform.Api.Security.Tokens;

/// <summary>One change to the keys that sign access tokens.</summary>
public abstract record SigningKeyStep
{
    private SigningKeyStep()
    {
    }

    /// <summary>Adds a new key that signs from this time; if null, it is only published.</summary>
    public sealed record Add(DateTimeOffset? ActiveFrom) : SigningKeyStep;

    /// <summary>Makes a published key sign from this time.</summary>
    public sealed record Activate(string Kid, DateTimeOffset From) : SigningKeyStep;

    /// <summary>Removes a key whose tokens have all expired.</summary>
    public sealed record Drop(string Kid) : SigningKeyStep;
}

/// <summary>
/// Decides when signing keys are added, activated and removed. One key signs, and the next one is already published, so that verifiers
/// have it long before. A change is set <paramref name="Lead"/> ahead, so that all processes know of it and switch at once. The old key
/// stays until its last token has expired.
/// </summary>
public sealed record SigningKeySchedule(TimeSpan KeyAge, TimeSpan Lead)
{
    // The maximum clock difference between processes.
    private static readonly TimeSpan Skew = TimeSpan.FromSeconds(5);

    /// <summary>
    /// The configured schedule. Processes read the keys every <see cref="TokenOptions.KeyReload"/>, so two periods are enough lead.
    /// </summary>
    public static SigningKeySchedule Of(TokenOptions options) => new(options.KeyAge, (2 * options.KeyReload) + Skew);

    /// <summary>
    /// Returns what to do now; empty if nothing. <paramref name="rotate"/> activates the next key regardless of the current one's age. Call
    /// it again after each answer, because one step may allow another.
    /// </summary>
    public IReadOnlyList<SigningKeyStep> Decide(IReadOnlyCollection<SigningKeyRow> keys, DateTimeOffset now, bool rotate)
    {
        var active = keys.Where(key => key.ActiveFrom is not null).OrderByDescending(key => key.ActiveFrom).ToList();
        var next = keys.Where(key => key.ActiveFrom is null).MinBy(key => key.CreatedAt);
        if (active.Count == 0)
        {
            return [next is null ? new SigningKeyStep.Add(now) : new SigningKeyStep.Activate(next.Kid, now)];
        }

        if (next is null)
        {
            return [new SigningKeyStep.Add(null)];
        }

        var newest = active[0];
        if (newest.ActiveFrom <= now && (rotate || now - newest.ActiveFrom >= KeyAge))
        {
            return [new SigningKeyStep.Activate(next.Kid, now + Lead)];
        }

        return [.. active.Zip(active.Skip(1))
            .Where(pair => pair.First.ActiveFrom + TokenOptions.Lifetime + Skew + Lead <= now)
            .Select(pair => new SigningKeyStep.Drop(pair.Second.Kid))];
    }
}
