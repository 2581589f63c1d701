using System.Collections.Concurrent;
using Platform.RateLimits;

namespace Platform.Api.Security.RateLimits;

/// <summary>
/// Asks the cluster whether a request passes. What it was told holds for a while is not asked again: that a quota is used
/// up until its window ends, and that nobody answers.
/// </summary>
public sealed partial class RateLimiter(
    Func<EntityKey, RateQuota, Task<RateAnswer>> take, TimeProvider time, ILogger<RateLimiter> logger, Func<EntityKey, Task>? forget = null)
{
    /// <summary>Subjects whose standing answer is remembered; when it is full the expired ones go, and then all.</summary>
    public const int Capacity = 100_000;

    /// <summary>How long nobody is asked after there was no answer, or too many were waiting for one.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<EntityKey, Standing> _standing = new();

    public ValueTask<RateAnswer> TakeAsync(RateSubject subject) =>
        Known(subject) is { } known ? ValueTask.FromResult(known) : AskAsync(subject);

    /// <summary>What was counted of the subject is forgotten, here at once and in other processes when they ask again.</summary>
    public async Task ForgetAsync(RateSubject subject)
    {
        try
        {
            Caller.Set(subject.Key.OrganisationId);
            await (forget?.Invoke(subject.Key) ?? Task.CompletedTask);
            _standing.TryRemove(subject.Key, out _);
        }
        catch (Exception exception)
        {
            NotForgotten(logger, subject.Policy.Name, exception.GetType().Name); // It ends with its window.
        }
    }

    private async ValueTask<RateAnswer> AskAsync(RateSubject subject)
    {
        try
        {
            Caller.Set(subject.Key.OrganisationId); // For this call alone: what an async method sets does not come back to its caller.
            var answer = await take(subject.Key, subject.Policy.Quota);
            if (answer.Remaining == 0)
            {
                Keep(subject.Key, answer.Reset, open: false, subject.Policy.Recheck);
            }

            return answer;
        }
        catch (Exception exception)
        {
            // Another request may have been told in the meantime.
            return Known(subject) ?? Without(subject, exception);
        }
    }

    private RateAnswer Without(RateSubject subject, Exception exception)
    {
        if (exception is LimitExceededException)
        {
            // More requests of one subject wait than a grain lets wait: that is a flood, not a failure.
            Keep(subject.Key, Pause, open: false);
            return new RateAnswer(false, 0, Pause);
        }

        NotReached(logger, subject.Policy.Name, exception.GetType().Name);
        Keep(subject.Key, Pause, open: true);
        return Uncounted(subject);
    }

    private RateAnswer? Known(RateSubject subject)
    {
        if (!_standing.TryGetValue(subject.Key, out var known))
        {
            return null;
        }

        var now = time.GetTimestamp();
        var left = TimeSpan.FromSeconds((double)(known.Until - now) / time.TimestampFrequency);
        if (left > TimeSpan.Zero && now < known.AskAt)
        {
            return known.Open ? Uncounted(subject) : new RateAnswer(false, 0, left);
        }

        _standing.TryRemove(new KeyValuePair<EntityKey, Standing>(subject.Key, known));
        return null;
    }

    // Nothing was taken from the quota, so all of it is left.
    private static RateAnswer Uncounted(RateSubject subject)
    {
        RateLimitInstruments.Uncounted.Add(1, new KeyValuePair<string, object?>("policy", subject.Policy.Name));
        return new RateAnswer(true, subject.Policy.Quota.Requests, subject.Policy.Quota.Window);
    }

    private void Keep(EntityKey key, TimeSpan duration, bool open, TimeSpan? recheck = null)
    {
        if (_standing.Count >= Capacity)
        {
            Shrink();
        }

        var until = After(duration);
        _standing[key] = new Standing(until, recheck is { } early ? Math.Min(until, After(early)) : until, open);
    }

    private long After(TimeSpan duration) => time.GetTimestamp() + (long)Math.Ceiling(duration.TotalSeconds * time.TimestampFrequency);

    private void Shrink()
    {
        var now = time.GetTimestamp();
        foreach (var entry in _standing)
        {
            if (entry.Value.Until <= now)
            {
                _standing.TryRemove(entry);
            }
        }

        if (_standing.Count >= Capacity)
        {
            _standing.Clear();
        }
    }

    private readonly record struct Standing(long Until, long AskAt, bool Open);

    [LoggerMessage(1, LogLevel.Warning, "The rate limit {Policy} is not counted for a second after {Failure}")]
    private static partial void NotReached(ILogger logger, string policy, string failure);

    [LoggerMessage(2, LogLevel.Warning, "What the rate limit {Policy} counted was not forgotten after {Failure}")]
    private static partial void NotForgotten(ILogger logger, string policy, string failure);
}
