using System.Diagnostics;
using Platform.Storage.Engine.Journal;

namespace Platform.Storage.Tests.Engine.Journal;

/// <summary>How long ago the store last answered this process.</summary>
public sealed class StoreContactTests
{
    [Fact]
    public void An_answer_that_waited_while_the_process_was_paused_is_as_old_as_its_request()
    {
        var contact = new StoreContact();
        var now = Stopwatch.GetTimestamp();
        contact.Answered(now + Stopwatch.Frequency);
        var before = contact.SinceLastAnswer;
        contact.Answered(now - (60 * Stopwatch.Frequency));
        Assert.True(before < TimeSpan.Zero, "The newer answer counts.");
        Assert.InRange(contact.SinceLastAnswer, before, TimeSpan.FromSeconds(59));
    }
}
