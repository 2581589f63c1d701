using System.Diagnostics;

namespace Platform.Testing;

/// <summary>Waits for a condition with a deadline, instead of sleeping and hoping.</summary>
public static class Eventually
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(25);

    /// <summary>Ends when the condition holds. An exception counts as "not yet"; the last one is told at the deadline.</summary>
    /// <exception cref="TimeoutException">It did not hold in time; the message says <paramref name="why"/> it was waited for.</exception>
    public static async Task HoldsAsync(Func<Task<bool>> condition, TimeSpan deadline, string why)
    {
        var started = Stopwatch.GetTimestamp();
        Exception? last = null;
        while (Stopwatch.GetElapsedTime(started) < deadline)
        {
            try
            {
                if (await condition().WaitAsync(deadline))
                {
                    return;
                }

                last = null;
            }
#pragma warning disable CA1031 // What fails while something starts or recovers is what is being waited out.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                last = exception;
            }

            await Task.Delay(Pause);
        }

        throw new TimeoutException($"Not within {deadline.TotalSeconds:0.#} s: {why}", last);
    }

    /// <inheritdoc cref="HoldsAsync(Func{Task{bool}}, TimeSpan, string)"/>
    public static Task HoldsAsync(Func<bool> condition, TimeSpan deadline, string why) =>
        HoldsAsync(() => Task.FromResult(condition()), deadline, why);
}
