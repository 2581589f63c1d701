using Orleans.Concurrency;
using Platform.Activities;
using Platform.Grains.Common.Entities;
using Platform.Wallets;

namespace Platform.Grains.Activities;

/// <summary>
/// The smallest process across entities: record, rate, charge, end. Each step is durable before the next begins and has an
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
            var ended = await EndAsync(current.Value.Request!);
            if (!ended.IsSuccess)
            {
                return ended;
            }
        }

        return await ReadAsync<ActivityView>((state, version) => state.Refusal is { } refusal ? refusal : state.ToView(Key, version));
    }

    public Task<Result<ActivityView>> GetAsync() =>
        ReadAsync<ActivityView>((state, version) => version == 0 ? CommonErrors.NotFound("activity") : state.ToView(Key, version));

    private async Task<Result<ActivityView>> EndAsync(ActivityRequested request)
    {
        var (cost, usedBefore) = (request.Cost, (long?)null);
        Error? refusal = null;
        if (ActivityDecisions.TakeOf(request, Key) is { } take)
        {
            var taken = await Meter(request).TakeAsync(take);
            if (taken is { Error: { Kind: ErrorKind.Unavailable } unavailable })
            {
                return unavailable;
            }

            usedBefore = taken.Value?.Before;
            var rating = taken.IsSuccess ? ActivityDecisions.RatingOf(request, request.Quantity, taken.Value.Before) : taken.Error;
            (cost, refusal) = (rating.Value?.Cost.Minor ?? 0, rating.Error);
        }

        Guid? transactionId = null;
        if (refusal is null && ActivityDecisions.ChargeOf(request, cost, Key) is { } charge)
        {
            var charged = await Wallet(request).ChargeAsync(charge);
            if (charged is { Error: { Kind: ErrorKind.Unavailable } unavailable })
            {
                return unavailable;
            }

            (transactionId, refusal) = (charged.Value?.Id, charged.Error);
        }

        if (refusal is not null && usedBefore is not null &&
            await Meter(request).GiveBackAsync(ActivityDecisions.GiveBackOf(request, Key)) is { Error: { Kind: ErrorKind.Unavailable } notNow })
        {
            return notNow;
        }

        var end = ActivityDecisions.EndOf(request, Key, transactionId, refusal, usedBefore);
        return await ExecuteAsync(end, (state, context) => ActivityDecisions.End(state, end, context));
    }

    private IWalletGrain Wallet(ActivityRequested request) =>
        GrainFactory.GetGrain<IWalletGrain>(new EntityKey(Key.OrganisationId, request.WalletId).ToString());

    private IActivityMeterGrain Meter(ActivityRequested request) =>
        GrainFactory.GetGrain<IActivityMeterGrain>(IActivityMeterGrain.KeyOf(Key.OrganisationId, request.UserId).ToString());
}
