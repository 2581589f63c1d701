using Platform.Api.Security.Tokens;
using Platform.Storage.Identity;
using Platform.Testing;

namespace Platform.Api.Tests.Security.Tokens;

/// <summary>When keys are added, activated and removed, with a test clock and without a database.</summary>
public sealed class SigningKeyScheduleTests
{
    private static readonly TimeSpan Age = TimeSpan.FromDays(30);
    private static readonly TimeSpan Lead = TimeSpan.FromSeconds(65);
    private readonly SigningKeySchedule _schedule = SigningKeySchedule.Of(new TokenOptions());
    private readonly ManualTime _time = new();
    private readonly List<SigningKeyRow> _keys = [];
    private int _made;

    private DateTimeOffset Now => _time.GetUtcNow();

    [Fact]
    public void The_default_is_thirty_days_and_two_reload_periods_of_lead() => Assert.Equal(new SigningKeySchedule(Age, Lead), _schedule);

    [Fact]
    public void The_first_start_makes_a_key_that_signs_and_one_that_is_next()
    {
        Settle();
        Assert.Equal(["k2: next", "k1: 0"], Shown());
    }

    [Fact]
    public void Nothing_happens_before_the_age()
    {
        Settle();
        _time.Advance(Age - TimeSpan.FromSeconds(1));
        Assert.Empty(_schedule.Decide(_keys, Now, rotate: false));
    }

    [Fact]
    public void At_the_age_the_next_key_is_activated_with_lead_and_another_one_is_published()
    {
        Settle();
        _time.Advance(Age);
        Settle();
        Assert.Equal(["k3: next", $"k2: {(Age + Lead).TotalSeconds}", "k1: 0"], Shown());
        Assert.Empty(_schedule.Decide(_keys, Now, rotate: false));
    }

    [Fact]
    public void The_old_key_goes_when_its_last_token_has_expired_and_not_before()
    {
        Settle();
        _time.Advance(Age);
        Settle();

        // The slowest process signs the last token just before it learns of the change.
        _time.Advance(Lead + TokenOptions.Lifetime);
        Settle();
        Assert.Equal(3, _keys.Count);
        _time.Advance(TimeSpan.FromSeconds(5) + Lead);
        Settle();
        Assert.Equal(["k3: next", $"k2: {(Age + Lead).TotalSeconds}"], Shown());
    }

    [Fact]
    public void A_manual_rotation_activates_the_next_key_but_only_once_while_one_is_pending()
    {
        Settle();
        _time.Advance(TimeSpan.FromHours(1));
        Settle(rotate: true);
        Assert.Equal(["k3: next", $"k2: {(TimeSpan.FromHours(1) + Lead).TotalSeconds}", "k1: 0"], Shown());
        Assert.Empty(_schedule.Decide(_keys, Now, rotate: true));
    }

    [Fact]
    public void A_key_of_an_older_build_keeps_signing_and_gets_a_next_one()
    {
        _keys.Add(Key("old", Now));
        Settle();
        Assert.Equal(["k1: next", "old: 0"], Shown());
    }

    [Fact]
    public void Over_years_there_are_two_keys_or_three_and_one_that_signs()
    {
        Settle();
        for (var day = 0; day < 800; day++)
        {
            _time.Advance(TimeSpan.FromDays(1));
            Settle();
            Assert.InRange(_keys.Count, 2, 3);
            Assert.Single(_keys, key => key.ActiveFrom is null);
            Assert.Contains(_keys, key => key.ActiveFrom <= Now && Now - key.ActiveFrom <= Age + TimeSpan.FromDays(2));
        }

        Assert.InRange(_made, 25, 30);
    }

    /// <summary>Applies decisions until nothing is left to do.</summary>
    private void Settle(bool rotate = false)
    {
        while (_schedule.Decide(_keys, Now, rotate) is { Count: > 0 } steps)
        {
            foreach (var step in steps)
            {
                switch (step)
                {
                    case SigningKeyStep.Add add:
                        _keys.Add(Key($"k{++_made}", add.ActiveFrom));
                        break;
                    case SigningKeyStep.Activate activate:
                        rotate = false;
                        var index = _keys.FindIndex(key => key.Kid == activate.Kid);
                        _keys[index] = _keys[index] with { ActiveFrom = activate.From };
                        break;
                    case SigningKeyStep.Drop drop:
                        _keys.RemoveAll(key => key.Kid == drop.Kid);
                        break;
                }
            }
        }
    }

    private SigningKeyRow Key(string kid, DateTimeOffset? activeFrom) => new(kid, [], Now, activeFrom);

    private IEnumerable<string> Shown() => _keys
        .OrderByDescending(key => key.ActiveFrom ?? DateTimeOffset.MaxValue)
        .Select(key => $"{key.Kid}: {(key.ActiveFrom is { } from ? (from - new ManualTime().GetUtcNow()).TotalSeconds : "next")}");
}
