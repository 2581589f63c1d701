using Orleans.Concurrency;
using Platform.Activities;
using Platform.Grains.Common.Entities;
using Platform.Wallets;

namespace Platform.Grains.Activities;

/// <summary>
/// The smallest process across two entities: record, charge, end. Each step is durable before the next begins and has an
/// operation id of its own, so that a caller's retry or <c>ActivityProcessGrain</c> finishes what a crash left behind.
/// </summary>
[GrainType("activity"), Reentrant]
internal sealed class ActivityGrain(ActivityDefinition definition, EntityServices services)
    : EntityGrain<ActivityState, ActivityEvent>(definition, services), IActivityGrain
{
    public async Task<Result<ActivityView>> PerformAsync(PerformActivity command)
    {
        var requested = await ExecuteAsync(command, (state, context) => ActivityDecisions.Request(state, command, context));
        if (!requested.IsSuccess)
        {
            return requested;
        }

        var ended = await ResumeAsync();
        return ended with { Replayed = requested.Replayed };
    }

    public async Task<Result<ActivityView>> ResumeAsync()
    {
        var current = await ReadAsync<ActivityState>((state, _) => state.Request is null ? CommonErrors.NotFound("activity") : state);
        if (!current.IsSuccess)
        {
            return current.Error;
        }

        if (current.Value.Status == ActivityStatus.Requested)
        {
            var request = current.Value.Request!;
            var charged = await ChargeAsync(request);
            if (charged is { Error.Kind: ErrorKind.Unavailable })
            {
                return charged.Value.Error;
            }

            var end = ActivityDecisions.EndOf(request, Key, charged);
            var ended = await ExecuteAsync(end, (state, context) => ActivityDecisions.End(state, end, context));
            if (!ended.IsSuccess)
            {
                return ended;
            }
        }

        return await ReadAsync<ActivityView>((state, version) => state.Refusal is { } refusal ? refusal : state.ToView(Key, version));
    }

    public Task<Result<ActivityView>> GetAsync() =>
        ReadAsync<ActivityView>((state, version) => version == 0 ? CommonErrors.NotFound("activity") : state.ToView(Key, version));

    private async Task<Result<WalletTransaction>?> ChargeAsync(ActivityRequested request)
    {
        if (ActivityDecisions.ChargeOf(request, Key) is not { } charge)
        {
            return null;
        }

        var wallet = GrainFactory.GetGrain<IWalletGrain>(new EntityKey(Key.OrganisationId, request.WalletId).ToString());
        return await wallet.ChargeAsync(charge);
    }
}
