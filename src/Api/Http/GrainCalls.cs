using System.Diagnostics;
using Orleans.Storage;

namespace Platform.Api.Http;

/// <summary>
/// Calls grains and retries calls that were lost because the cluster changed. That is safe: every command carries an operation id, so a
/// command that was already executed returns its stored reply.
/// </summary>
public static class GrainCalls
{
    /// <summary>The activity source with a span for each call that waits. It costs nothing without a listener.</summary>
    public const string TraceSource = "Platform.Api";
    private static readonly ActivitySource Traces = new(TraceSource);
    private const int Attempts = 4;
    private static readonly TimeSpan Budget = TimeSpan.FromSeconds(5);

    /// <summary>Sends a command or query. Pass a static lambda to avoid allocations.</summary>
    public static Task<Result<T>> AskAsync<TGrain, TCommand, T>(
        this TGrain grain, TCommand command, Func<TGrain, TCommand, Task<Result<T>>> call)
        where TGrain : IGrainWithStringKey
    {
        Task<Result<T>> first;
        try
        {
            first = call(grain, command);
        }
        catch (Exception exception) when (IsTransient(exception))
        {
            first = Task.FromException<Result<T>>(exception);
        }

        return first.IsCompletedSuccessfully ? first : AwaitAsync(first, grain, command, call);
    }

    public static Task<Result<T>> AskAsync<TGrain, T>(this TGrain grain, Func<TGrain, Task<Result<T>>> call)
        where TGrain : IGrainWithStringKey => grain.AskAsync(call, static (grain, call) => call(grain));

    private static async Task<Result<T>> AwaitAsync<TGrain, TCommand, T>(
        Task<Result<T>> attempt, TGrain grain, TCommand command, Func<TGrain, TCommand, Task<Result<T>>> call)
    {
        using var span = Traces.StartActivity(typeof(TGrain).Name, ActivityKind.Client);
        var started = TimeProvider.System.GetTimestamp();
        for (var number = 1; ; number++)
        {
            try
            {
                return await attempt;
            }
            catch (Exception exception) when (
                number < Attempts && IsTransient(exception) && TimeProvider.System.GetElapsedTime(started) < Budget)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(50 << number));
                attempt = call(grain, command);
            }
        }
    }

    private static bool IsTransient(Exception exception) =>
        exception is InconsistentStateException or SiloUnavailableException or OrleansMessageRejectionException;
}
