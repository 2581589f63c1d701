using System.Diagnostics;
using Orleans.Runtime;
using Orleans.Storage;

namespace Platform.Api.Http;

/// <summary>
/// Calls grains and repeats a call that a changing cluster has lost. Every command carries its operation id, so that a
/// repetition of one that was carried out after all is answered with the stored reply.
/// </summary>
public static class GrainCalls
{
    /// <summary>The activity source with a span for each call that waits. It costs nothing where nobody listens.</summary>
    public const string TraceSource = "Platform.Api";
    private static readonly ActivitySource Traces = new(TraceSource);
    private const int Attempts = 4;
    private static readonly TimeSpan Budget = TimeSpan.FromSeconds(5);

    public static Task<Result<T>> CallAsync<TGrain, TCommand, T>(
        TGrain grain, TCommand command, Func<TGrain, TCommand, Task<Result<T>>> call)
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

    public static Task<Result<T>> CallAsync<TGrain, T>(TGrain grain, Func<TGrain, Task<Result<T>>> call) =>
        CallAsync(grain, call, static (grain, call) => call(grain));

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
