using System.Collections.Concurrent;
using Platform.RateLimits;

namespace Platform.Api.Security.RateLimits;

/// <summary>
/// Asks the cluster whether a request is allowed. Caches two answers to avoid calls: that a quota is used up, until its window ends, and
/// that the cluster is unavailable.
/// </summary>
public sealed partial class RateLimiter(
    Func<EntityKey, RateQuota, Task<RateAnswer>> take, TimeProvider time, ILogger<RateLimiter> logger, Func<EntityKey, Task>? forget = null)
{
    /// <summary>The maximum number of cached answers. A full cache drops expired answers, or all if none has expired.</summary>
    public const int Capacity = 100_000;

    /// <summary>How long the cluster is not asked again after a failure or an overload.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<EntityKey, CachedAnswer> _cache = new();

    public ValueTask<RateAnswer> TakeAsync(RateSubject subject) =>
        Cached(subject) is { } cached ? ValueTask.FromResult(cached) : AskAsync(subject);

    /// <summary>Resets the count of a subject. Other processes notice when they ask again.</summary>
    public async Task ForgetAsync(RateSubject subject)
    {
        try
        {
            Caller.Set(subject.Key.OrganisationId);
            await (forget?.Invoke(subject.Key) ?? Task.CompletedTask);
            _cache.TryRemove(subject.Key, out _);
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
            Caller.Set(subject.Key.OrganisationId); // Only for this call: an async method does not change the context of its caller.
            var answer = await take(subject.Key, subject.Policy.Quota);
            if (answer.Remaining == 0)
            {
                Cache(subject.Key, answer.Reset, open: false, subject.Policy.Recheck);
            }

            return answer;
        }
        catch (Exception exception)
        {
            // Another request may have got an answer meanwhile.
            return Cached(subject) ?? AnswerTo(subject, exception);
        }
    }

    private RateAnswer AnswerTo(RateSubject subject, Exception exception)
    {
        if (exception is LimitExceededException)
        {
            // The grain's queue is full: that is a flood of one subject, not a failure.
            Cache(subject.Key, Pause, open: false);
            return new RateAnswer(false, 0, Pause);
        }

        NotReached(logger, subject.Policy.Name, exception.GetType().Name);
        Cache(subject.Key, Pause, open: true);
        return Uncounted(subject);
    }

    private RateAnswer? Cached(RateSubject subject)
    {
        if (!_cache.TryGetValue(subject.Key, out var known))
        {
            return null;
        }

        var now = time.GetTimestamp();
        var left = TimeSpan.FromSeconds((double)(known.Until - now) / time.TimestampFrequency);
        if (left > TimeSpan.Zero && now < known.AskAt)
        {
            return known.Open ? Uncounted(subject) : new RateAnswer(false, 0, left);
        }

        _cache.TryRemove(new KeyValuePair<EntityKey, CachedAnswer>(subject.Key, known));
        return null;
    }

    // Nothing was counted, so the whole quota remains.
    private static RateAnswer Uncounted(RateSubject subject)
    {
        RateLimitInstruments.Uncounted.Add(1, new KeyValuePair<string, object?>("policy", subject.Policy.Name));
        return new RateAnswer(true, subject.Policy.Quota.Requests, subject.Policy.Quota.Window);
    }

    private void Cache(EntityKey key, TimeSpan duration, bool open, TimeSpan? recheck = null)
    {
        if (_cache.Count >= Capacity)
        {
            Shrink();
        }

        var until = After(duration);
        _cache[key] = new CachedAnswer(until, recheck is { } early ? Math.Min(until, After(early)) : until, open);
    }

    private long After(TimeSpan duration) => time.GetTimestamp() + (long)Math.Ceiling(duration.TotalSeconds * time.TimestampFrequency);

    private void Shrink()
    {
        var now = time.GetTimestamp();
        foreach (var entry in _cache)
        {
            if (entry.Value.Until <= now)
            {
                _cache.TryRemove(entry);
            }
        }

        if (_cache.Count >= Capacity)
        {
            _cache.Clear();
        }
    }

    private readonly record struct CachedAnswer(long Until, long AskAt, bool Open);

    [LoggerMessage(1, LogLevel.Warning, "Rate limit {Policy} is not enforced for a second because of {Failure}")]
    private static partial void NotReached(ILogger logger, string policy, string failure);

    [LoggerMessage(2, LogLevel.Warning, "The count of rate limit {Policy} was not reset because of {Failure}")]
    private static partial void NotForgotten(ILogger logger, string policy, string failure);
}
