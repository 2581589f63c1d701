using Platform.Grains.RateLimits;
using Platform.RateLimits;

namespace Platform.Grains.UnitTests.RateLimits;

public sealed class RateLimitDecisionsTests
{
    private static readonly TimeSpan Length = TimeSpan.FromSeconds(60);
    private RateWindow _window;

    [Fact]
    public void Exactly_the_quota_is_allowed_and_the_remaining_count_decreases()
    {
        var answers = Enumerable.Range(0, 7).Select(second => Take(second, requests: 5)).ToList();

        Assert.Equal([true, true, true, true, true, false, false], answers.Select(answer => answer.Allowed));
        Assert.Equal([4, 3, 2, 1, 0, 0, 0], answers.Select(answer => answer.Remaining));
        Assert.Equal([60, 59, 58, 57, 56, 55, 54], answers.Select(answer => answer.Reset.TotalSeconds));
    }

    [Fact]
    public void A_window_ends_at_its_length_and_not_a_tick_before()
    {
        Assert.True(Take(10, requests: 1).Allowed);
        var last = Take(TimeSpan.FromSeconds(70) - TimeSpan.FromTicks(1), requests: 1);
        Assert.False(last.Allowed);
        Assert.Equal(TimeSpan.FromTicks(1), last.Reset);

        var next = Take(70, requests: 1);
        Assert.True(next.Allowed);
        Assert.Equal(Length, next.Reset);
    }

    [Fact]
    public void A_window_starts_with_a_request_and_not_at_the_end_of_the_last_one()
    {
        Assert.True(Take(0, requests: 1).Allowed);
        Assert.True(Take(100, requests: 1).Allowed);
        Assert.False(Take(130, requests: 1).Allowed);
        Assert.True(Take(160, requests: 1).Allowed);
    }

    [Fact]
    public void Refused_requests_neither_use_the_quota_nor_extend_the_window()
    {
        Assert.True(Take(0, requests: 1).Allowed);
        for (var second = 1; second < 60; second++)
        {
            Assert.False(Take(second, requests: 1).Allowed);
        }

        Assert.True(Take(60, requests: 1).Allowed);
    }

    [Fact]
    public void A_clock_that_goes_back_adds_no_quota_and_no_wait_longer_than_a_window()
    {
        Assert.True(Take(3600, requests: 2).Allowed);
        var back = Take(5, requests: 2);
        Assert.Equal((true, 0, Length), (back.Allowed, back.Remaining, back.Reset));
        Assert.False(Take(6, requests: 2).Allowed);
        Assert.False(Take(1, requests: 2).Allowed);
        Assert.True(Take(61, requests: 2).Allowed);
    }

    [Fact]
    public void A_smaller_quota_applies_at_once_and_the_remaining_count_is_never_negative()
    {
        for (var i = 0; i < 10; i++)
        {
            Assert.True(Take(0, requests: 100).Allowed);
        }

        var answer = Take(1, requests: 5);
        Assert.Equal((false, 0), (answer.Allowed, answer.Remaining));
        Assert.Equal(89, Take(2, requests: 100).Remaining);
    }

    [Fact]
    public void Over_any_run_of_requests_no_window_has_more_than_the_quota()
    {
        var random = new Random(7);
        for (var run = 0; run < 200; run++)
        {
            _window = default;
            var (now, start, passed, quota) = (0.0, 0.0, 0, random.Next(1, 20));
            for (var i = 0; i < 500; i++)
            {
                now += random.NextDouble() * 60 / quota;
                var answer = Take(TimeSpan.FromSeconds(now), quota);
                if (answer.Allowed && (passed == 0 || now - start >= 60))
                {
                    (start, passed) = (now, 0);
                }

                passed += answer.Allowed ? 1 : 0;
                Assert.InRange(passed, 1, quota);
                Assert.Equal(quota - passed, answer.Remaining);
                Assert.InRange(answer.Reset, TimeSpan.FromTicks(1), Length);
            }
        }
    }

    private RateAnswer Take(int second, int requests) => Take(TimeSpan.FromSeconds(second), requests);

    private RateAnswer Take(TimeSpan now, int requests)
    {
        (_window, var answer) = RateLimitDecisions.Take(_window, now, new RateQuota(requests, Length));
        return answer;
    }
}
