using Platform.Storage.Identity;

namespace Platform.Api.Security.Tokens;

/// <summary>One thing to do with the keys that sign access tokens.</summary>
public abstract record SigningKeyStep
{
    private SigningKeyStep()
    {
    }

    /// <summary>A new key; it signs from then on, or is only published.</summary>
    public sealed record Add(DateTimeOffset? ActiveFrom) : SigningKeyStep;

    /// <summary>A published key signs from then on.</summary>
    public sealed record Activate(string Kid, DateTimeOffset From) : SigningKeyStep;

    /// <summary>No token of it can be valid any more.</summary>
    public sealed record Drop(string Kid) : SigningKeyStep;
}

/// <summary>
/// When keys come, sign and go. One key signs, the next one is published beside it, so that whoever verifies tokens has it long
/// before. At a change the instant is fixed <paramref name="Lead"/> ahead, so that every process knows of it and all change at
/// once; the old key stays until the last token it signed has expired.
/// </summary>
public sealed record SigningKeySchedule(TimeSpan KeyAge, TimeSpan Lead)
{
    // Clocks of the processes may differ by this much.
    private static readonly TimeSpan Skew = TimeSpan.FromSeconds(5);

    /// <summary>As configured: a process reads the keys every <see cref="TokenOptions.KeyReload"/>, so two of those are lead enough.</summary>
    public static SigningKeySchedule Of(TokenOptions options) => new(options.KeyAge, (2 * options.KeyReload) + Skew);

    /// <summary>
    /// What to do now; empty where all is well. With <paramref name="rotate"/> the next key is called although the age of the
    /// current one does not ask for it. To be asked again after each answer, since one step makes room for another.
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
