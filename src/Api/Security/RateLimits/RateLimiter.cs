using System.Collections.Concurrent;
using Platform.RateLimits;

namespace Platform.Api.Security.RateLimits;

/// <summary>
/// Asks the cluster whether a request may pass. Caches two kinds of answers: that a quota is exhausted until its window ends, and that
/// the limiter does not answer.
/// </summary>
public sealed partial class RateLimiter(
    Func<EntityKey, RateQuota, Task<RateAnswer>> take, TimeProvider time, ILogger<RateLimiter> logger, Func<EntityKey, Task>? forget = null)
{
    /// <summary>The maximum number of cached answers. If it is reached, expired ones are dropped, then all.</summary>
    public const int Capacity = 100_000;

    /// <summary>How long a subject is not asked again after a failure or a flood.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<EntityKey, CachedAnswer> _cached = new();

    public ValueTask<RateAnswer> TakeAsync(RateSubject subject) =>
        Known(subject) is { } known ? ValueTask.FromResult(known) : AskAsync(subject);

    /// <summary>Resets the count of a subject, here at once and in other processes when they ask again.</summary>
    public async Task ForgetAsync(RateSubject subject)
    {
        try
        {
            Caller.Set(subject.Key.OrganisationId);
            await (forget?.Invoke(subject.Key) ?? Task.CompletedTask);
            _cached.TryRemove(subject.Key, out _);
        }
        catch (Exception exception)
        {
            NotForgotten(logger, subject.Policy.Name, exception.GetType().Name); // The count ends with its window.
        }
    }

    private async ValueTask<RateAnswer> AskAsync(RateSubject subject)
    {
        try
        {
            Caller.Set(subject.Key.OrganisationId); // Only for this call: a value set in an async method does not flow back to the caller.
            var answer = await take(subject.Key, subject.Policy.Quota);
            if (answer.Remaining == 0)
            {
                Keep(subject.Key, answer.Reset, open: false, subject.Policy.Recheck);
            }

            return answer;
        }
        catch (Exception exception)
        {
            // Another request may have got an answer in the meantime.
            return Known(subject) ?? AnswerFailure(subject, exception);
        }
    }

    private RateAnswer AnswerFailure(RateSubject subject, Exception exception)
    {
        if (exception is LimitExceededException)
        {
            // More requests of one subject wait than the grain allows: a flood, not a failure.
            Keep(subject.Key, Pause, open: false);
            return new RateAnswer(false, 0, Pause);
        }

        NotReached(logger, subject.Policy.Name, exception.GetType().Name);
        Keep(subject.Key, Pause, open: true);
        return Uncounted(subject);
    }

    private RateAnswer? Known(RateSubject subject)
    {
        if (!_cached.TryGetValue(subject.Key, out var known))
        {
            return null;
        }

        var now = time.GetTimestamp();
        var remaining = TimeSpan.FromSeconds((double)(known.Until - now) / time.TimestampFrequency);
        if (remaining > TimeSpan.Zero && now < known.AskAt)
        {
            return known.Open ? Uncounted(subject) : new RateAnswer(false, 0, remaining);
        }

        _cached.TryRemove(new KeyValuePair<EntityKey, CachedAnswer>(subject.Key, known));
        return null;
    }

    // Nothing was counted, so the whole quota remains.
    private static RateAnswer Uncounted(RateSubject subject)
    {
        RateLimitInstruments.Uncounted.Add(1, new KeyValuePair<string, object?>("policy", subject.Policy.Name));
        return new RateAnswer(true, subject.Policy.Quota.Requests, subject.Policy.Quota.Window);
    }

    private void Keep(EntityKey key, TimeSpan duration, bool open, TimeSpan? recheck = null)
    {
        if (_cached.Count >= Capacity)
        {
            Shrink();
        }

        var until = After(duration);
        _cached[key] = new CachedAnswer(until, recheck is { } early ? Math.Min(until, After(early)) : until, open);
    }

    private long After(TimeSpan duration) => time.GetTimestamp() + (long)Math.Ceiling(duration.TotalSeconds * time.TimestampFrequency);

    private void Shrink()
    {
        var now = time.GetTimestamp();
        foreach (var entry in _cached)
        {
            if (entry.Value.Until <= now)
            {
                _cached.TryRemove(entry);
            }
        }

        if (_cached.Count >= Capacity)
        {
            _cached.Clear();
        }
    }

    private readonly record struct CachedAnswer(long Until, long AskAt, bool Open);

    [LoggerMessage(1, LogLevel.Warning, "The rate limit {Policy} is not enforced for a second after {Failure}")]
    private static partial void NotReached(ILogger logger, string policy, string failure);

    [LoggerMessage(2, LogLevel.Warning, "The count of the rate limit {Policy} could not be reset: {Failure}")]
    private static partial void NotForgotten(ILogger logger, string policy, string failure);
}
