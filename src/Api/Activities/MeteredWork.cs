using Microsoft.Extensions.Options;
using Platform.Activities;
using Platform.Api.Http;
using Platform.Api.Security;
using Platform.Grains.Engine.Registration;

namespace Platform.Api.Activities;

/// <summary>
/// How long the cost of metered work is held: longer than the work takes, but short, so that it is released soon after a crash.
/// </summary>
public sealed class MeteredWorkOptions
{
    public int HoldSeconds { get; set; } = 120;
}

/// <summary>The result of metered work, with its activity.</summary>
public sealed record Metered<T>(T Result, ActivityView Activity);

/// <summary>
/// Runs work that is charged only if it succeeds: holds the cost, runs the work, captures the cost. If the work throws, the hold is
/// released; if the process dies, it expires. A retried request runs the work again without a charge.
/// </summary>
[Singleton]
public sealed class MeteredWork(IOptions<MeteredWorkOptions> options)
{
    /// <summary>
    /// Runs the work under the request's operation. The work gets the activity and a token that is cancelled when the hold expires.
    /// </summary>
    public async Task<Result<Metered<T>>> RunAsync<T>(
        Call call, Operation operation, PerformActivityRequest request, Func<ActivityView, CancellationToken, Task<T>> work)
    {
        var activity = call.Grain<IActivityGrain>(operation.NewId());
        var terms = await ActivityTerms.OfAsync(activity, call, request.Type);
        if (!terms.IsSuccess)
        {
            return terms.Error;
        }

        var command = terms.Value.Command(call, operation, request, options.Value.HoldSeconds);
        var authorised = await activity.AskAsync(command, static (grain, command) => grain.AuthoriseAsync(command));
        var current = authorised is { IsSuccess: true, Replayed: true } ? await activity
            .AskAsync(static grain => grain.GetAsync()) : authorised;
        if (!current.IsSuccess)
        {
            return new Result<Metered<T>>(null, current.Error, authorised.Replayed);
        }

        return current.Value.Status switch
        {
            ActivityStatus.Completed =>
                new Result<Metered<T>>(new Metered<T>(await work(current.Value, call.Aborted), current.Value), null, Replayed: true),
            ActivityStatus.Authorised => await RunAsync(call, activity, command.Context, current.Value, work),
            ActivityStatus.Expired => new Result<Metered<T>>(null, ActivityErrors.AuthorisationExpired, authorised.Replayed),
            _ => new Result<Metered<T>>(null, ActivityErrors.Cancelled, authorised.Replayed),
        };
    }

    private static async Task<Result<Metered<T>>> RunAsync<T>(
        Call call, IActivityGrain activity, CommandContext context, ActivityView authorised,
        Func<ActivityView, CancellationToken, Task<T>> work)
    {
        T result;
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(call.Aborted);
        try
        {
            var left = authorised.ExpiresAt!.Value - call.Now;
            deadline.CancelAfter(left > TimeSpan.Zero ? left : TimeSpan.Zero);
            result = await work(authorised, deadline.Token);
        }
        catch
        {
            await CancelAsync(activity, context);
            throw;
        }

        var completed = await activity
            .AskAsync(new CompleteActivity(context.Step("complete")), static (grain, command) => grain.CompleteAsync(command));
        return completed.Map(view => new Metered<T>(result, view)) with { Replayed = false };
    }

    // If this fails too, the hold expires.
    private static async Task CancelAsync(IActivityGrain activity, CommandContext context)
    {
        try
        {
            await activity.AskAsync(new CancelActivity(context.Step("cancel")), static (grain, command) => grain.CancelAsync(command));
        }
#pragma warning disable CA1031 // The exception of the work is more useful.
        catch (Exception)
#pragma warning restore CA1031
        {
            // The hold expires.
        }
    }
}
