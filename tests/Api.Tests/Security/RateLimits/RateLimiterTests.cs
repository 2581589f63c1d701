using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging.Abstractions;
using Platform.Api.Security.RateLimits;
using Platform.RateLimits;
using Platform.Testing;

namespace Platform.Api.Tests.Security.RateLimits;

/// <summary>When a process asks the cluster, and what it does without an answer.</summary>
public sealed class RateLimiterTests
{
    private static readonly RateSubject Subject =
        new(new RatePolicy("user", 100, 60), new EntityKey(Caller.Platform, OperationId.FromKey("test", "one").Value));

    private static readonly RateSubject Other = Subject
        with { Key = new EntityKey(Caller.Platform, OperationId.FromKey("test", "other").Value) };

    private readonly ManualTime _time = new();
    private int _asked;

    [Fact]
    public async Task An_exhausted_quota_is_refused_without_asking_until_its_window_ends()
    {
        var limiter = Limiter(() => new RateAnswer(false, 0, TimeSpan.FromSeconds(22)));
        Assert.False((await limiter.TakeAsync(Subject)).Allowed);
        _time.Advance(TimeSpan.FromSeconds(21.5));
        for (var i = 0; i < 1000; i++)
        {
            Assert.Equal(new RateAnswer(false, 0, TimeSpan.FromSeconds(0.5)), await limiter.TakeAsync(Subject));
        }

        Assert.Equal(1, _asked);
        await limiter.TakeAsync(Other);
        Assert.Equal(2, _asked);
        _time.Advance(TimeSpan.FromSeconds(0.5));
        await limiter.TakeAsync(Subject);
        Assert.Equal(3, _asked);
    }

    [Fact]
    public async Task After_the_last_allowed_request_the_limiter_is_not_asked_again()
    {
        var limiter = Limiter(() => new RateAnswer(true, 0, TimeSpan.FromSeconds(22)));
        Assert.True((await limiter.TakeAsync(Subject)).Allowed);
        Assert.False((await limiter.TakeAsync(Subject)).Allowed);
        Assert.Equal(1, _asked);
    }

    [Fact]
    public async Task If_the_limiter_fails_requests_pass_uncounted_and_it_is_retried_once_a_second()
    {
        var uncounted = 0L;
        using var listener = new MeterListener
        {
            InstrumentPublished = static (instrument, listener) =>
            {
                if (instrument.Name == "platform.rate_limits.uncounted")
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((_, value, _, _) => Interlocked.Add(ref uncounted, value));
        listener.Start();

        var limiter = Limiter(() => throw new TimeoutException());
        for (var i = 0; i < 10; i++)
        {
            Assert.Equal(new RateAnswer(true, 100, TimeSpan.FromSeconds(60)), await limiter.TakeAsync(Subject));
        }

        Assert.Equal(1, _asked);
        Assert.InRange(uncounted, 10, long.MaxValue); // Other tests in this process may be counted too.
        _time.Advance(RateLimiter.Pause);
        Assert.True((await limiter.TakeAsync(Subject)).Allowed);
        Assert.Equal(2, _asked);
    }

    [Fact]
    public async Task V2_4_1_a_flood_that_overloads_the_limiter_is_refused()
    {
        var limiter = Limiter(() => throw new LimitExceededException());
        Assert.False((await limiter.TakeAsync(Subject)).Allowed);
        Assert.False((await limiter.TakeAsync(Subject)).Allowed);
        Assert.Equal(1, _asked);
    }

    [Fact]
    public async Task A_reset_count_passes_here_at_once_and_in_another_process_when_it_asks_again()
    {
        var account = Subject with { Policy = new RatePolicy("account", 1, 300, recheck: 1) };
        var used = true;
        Task<RateAnswer> TakeAsync(EntityKey key, RateQuota quota) =>
            Task.FromResult(new RateAnswer(!used, used ? 0 : 5, TimeSpan.FromSeconds(300)));
        Task ForgetAsync(EntityKey key)
        {
            used = false;
            return Task.CompletedTask;
        }

        var (here, there) = (
            new RateLimiter(TakeAsync, _time, NullLogger<RateLimiter>.Instance, ForgetAsync),
            new RateLimiter(TakeAsync, _time, NullLogger<RateLimiter>.Instance));
        Assert.False((await here.TakeAsync(account)).Allowed);
        Assert.False((await there.TakeAsync(account)).Allowed);
        await here.ForgetAsync(account);
        Assert.True((await here.TakeAsync(account)).Allowed);
        _time.Advance(TimeSpan.FromSeconds(0.5));
        Assert.Equal(new RateAnswer(false, 0, TimeSpan.FromSeconds(299.5)), await there.TakeAsync(account));
        _time.Advance(TimeSpan.FromSeconds(0.5));
        Assert.True((await there.TakeAsync(account)).Allowed);
    }

    [Fact]
    public async Task A_failure_does_not_open_a_quota_that_is_known_to_be_exhausted()
    {
        var lost = new TaskCompletionSource<RateAnswer>();
        var answers = new Queue<Task<RateAnswer>>([lost.Task, Task.FromResult(new RateAnswer(false, 0, TimeSpan.FromSeconds(30)))]);
        var limiter = new RateLimiter((_, _) => answers.Dequeue(), _time, NullLogger<RateLimiter>.Instance);
        var waiting = limiter.TakeAsync(Subject).AsTask();
        Assert.False((await limiter.TakeAsync(Subject)).Allowed);

        lost.SetException(new TimeoutException());

        Assert.False((await waiting).Allowed);
        Assert.False((await limiter.TakeAsync(Subject)).Allowed);
    }

    [Fact]
    public async Task The_limiters_caller_is_not_that_of_the_request()
    {
        RequestContext.Clear();
        Guid? during = null;
        var limiter = Limiter(() =>
        {
            during = Caller.Organisation;
            return new RateAnswer(true, 1, TimeSpan.FromSeconds(60));
        });
        await limiter.TakeAsync(Subject);
        Assert.Equal(Caller.Platform, during);
        Assert.Null(Caller.Organisation);
    }

    private RateLimiter Limiter(Func<RateAnswer> answer) => new(
        async (_, _) =>
        {
            _asked++;
            await Task.Yield();
            return answer();
        },
        _time,
        NullLogger<RateLimiter>.Instance);
}
