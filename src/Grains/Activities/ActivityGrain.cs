using Orleans.Concurrency;
using Platform.Activities;
using Platform.Grains.Engine.Entities;

namespace Platform.Grains.Activities;

/// <summary>
/// A process across entities: record, rate, charge and end; or record, rate, hold, wait for the caller, capture or void, and end. Each
/// step is durable before the next starts and has its own operation id, so that a caller's retry, <c>ActivityProcessGrain</c> or the
/// upkeep can finish after a crash.
/// </summary>
[GrainType("activity"), Reentrant]
internal sealed partial class ActivityGrain(ActivityDefinition definition, EntityServices services)
    : EntityGrain<ActivityState, ActivityEvent>(definition, services), IActivityGrain
{
    // Authorise, expire, close, and a final check.
    private const int MaxSteps = 4;

    public async Task<Result<ActivityView>> PerformAsync(PerformActivity command)
    {
        var requested = await ExecuteAsync(command, ActivityDecisions.Request, ActivityDefinition.View);
        return requested.IsSuccess ? await ResumeAsync() with { Replayed = requested.Replayed } : requested;
    }

    public async Task<Result<ActivityView>> AuthoriseAsync(PerformActivity command)
    {
        var requested = await ExecuteAsync(command, ActivityDecisions.Request, ActivityDefinition.View);
        if (!requested.IsSuccess)
        {
            return requested;
        }

        var resumed = await ResumeAsync();
        var authorised = await ReadAsync<ActivityView>((state, _) => state.Authorised is null ? resumed : state.ToAuthorisedView(Key));
        return authorised with { Replayed = requested.Replayed };
    }

    public async Task<Result<ActivityView>> CompleteAsync(CompleteActivity command) =>
        await ClosedAsync(await ExecuteAsync(command, ClosingDecisions.Complete, ActivityDefinition.View));

    public async Task<Result<ActivityView>> CancelAsync(CancelActivity command) =>
        await ClosedAsync(await ExecuteAsync(command, ClosingDecisions.Cancel, ActivityDefinition.View));

    public async Task<Result<ActivityView>> ResumeAsync()
    {
        for (var step = 0; step < MaxSteps; step++)
        {
            var current = await ReadAsync<ActivityState>((state, _) => state.Request is null ? CommonErrors.NotFound("activity") : state);
            if (!current.IsSuccess)
            {
                return current.Error;
            }

            var next = current.Value switch
            {
                { Status: ActivityStatus.Requested } requested => await BeginAsync(requested.Request!),
                { Status: ActivityStatus.Authorised, Closing: { } closing } closed => await CloseAsync(closed, closing),
                { Status: ActivityStatus.Authorised } open when open.Authorised!.ExpiresAt <= Time.GetUtcNow() =>
                    await ExpireAsync(open.Request!),
                _ => (Result<ActivityView>?)null,
            };
            if (next is null)
            {
                break;
            }

            if (!next.Value.IsSuccess)
            {
                return next.Value;
            }
        }

        return await ReadAsync<ActivityView>((state, version) => state.Refusal is { } refusal ? refusal : state.ToView(Key, version));
    }

    public Task<Result<ActivityView>> GetAsync() =>
        ReadAsync<ActivityView>((state, version) => version == 0 ? CommonErrors.NotFound("activity") : state.ToView(Key, version));

    private async Task<Result<ActivityView>> ClosedAsync(Result<ActivityView> closing)
    {
        if (!closing.IsSuccess)
        {
            return closing;
        }

        var ended = await ResumeAsync();
        var answer = ended.Value?.Status == ActivityStatus.Expired ? ActivityErrors.AuthorisationExpired : ended;
        return answer with { Replayed = closing.Replayed };
    }

    private Task<Result<ActivityView>> ExpireAsync(ActivityRequested request)
    {
        var expire = ActivitySteps.ExpireOf(request, Key);
        return ExecuteAsync(expire, ClosingDecisions.Expire, ActivityDefinition.View);
    }
}
