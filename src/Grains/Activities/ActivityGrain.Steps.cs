using Platform.Activities;
using Platform.Wallets;

namespace Platform.Grains.Activities;

/// <summary>
/// The calls of an activity to the meter and the wallet. An unavailable error is returned, and the step is retried later.
/// </summary>
internal sealed partial class ActivityGrain
{
    // Takes units and charges the wallet, or holds the cost.
    private async Task<Result<ActivityView>> BeginAsync(ActivityRequested request)
    {
        var cost = request.Cost;
        Usage? usage = null;
        Error? refusal = null;
        if (ActivitySteps.TakeOf(request, Key) is { } take)
        {
            var taken = await Meter(request).TakeAsync(take);
            if (taken is { Error: { Kind: ErrorKind.Unavailable } unavailable })
            {
                return unavailable;
            }

            usage = taken.Value;
            var rating = usage is null ? taken.Error! : ActivityDecisions.RatingOf(request, request.Quantity, usage.Before, usage.Places);
            (cost, refusal) = (rating.Value?.Cost.Minor ?? 0, rating.Error);
        }

        WalletTransaction? moved = null;
        if (refusal is null)
        {
            var paid = await PayAsync(request, cost);
            if (paid is { Error.Kind: ErrorKind.Unavailable })
            {
                return paid.Value.Error;
            }

            (moved, refusal) = (paid?.Value, paid?.Error);
        }

        if (refusal is null && request.HoldSeconds is not null)
        {
            var authorise = ActivitySteps.AuthoriseOf(request, Key, usage!, moved);
            return await ExecuteAsync(authorise, ActivityDecisions.Authorise, ActivityDefinition.View);
        }

        if (refusal is not null && usage is not null &&
            await GiveBackAsync(request, UsageSpans.Of(usage.Before, request.Quantity, usage.Places)) is { } error)
        {
            return error;
        }

        var end = ActivitySteps.EndOf(request, Key, moved?.Id, refusal, usage);
        return await ExecuteAsync(end, ActivityDecisions.End, ActivityDefinition.View);
    }

    // Captures or voids the hold and ends the activity. No hold stays open, whatever the wallet replies.
    private async Task<Result<ActivityView>> CloseAsync(ActivityState state, ActivityClosing closing)
    {
        var request = state.Request!;
        WalletTransaction? captured = null;
        Error? refusal = null;
        if (ActivitySteps.CaptureOf(state, closing, Key) is { } capture)
        {
            var taken = await Wallet(request).CaptureAsync(capture);
            if (taken is { Error: { Kind: ErrorKind.Unavailable } unavailable })
            {
                return unavailable;
            }

            (captured, refusal) = (taken.Value, taken.Error);
        }

        if (captured is null && ActivitySteps.VoidOf(state, Key) is { } release)
        {
            var released = await Wallet(request).VoidAsync(release);
            if (released is { Error: { Kind: ErrorKind.Unavailable } unavailable })
            {
                return unavailable;
            }

            if (released.Error?.Code == WalletErrors.HoldExpired.Code)
            {
                // Releases the expired hold now instead of at the wallet's next command or upkeep.
                await Wallet(request).ExpireDueAsync(ActivitySteps.ExpireDueOf(request, Key));
            }
        }

        var unused = ClosingDecisions.UnusedOf(state, closing, refusal);
        if (unused.Count > 0 && await GiveBackAsync(request, unused) is { } error)
        {
            return error;
        }

        var finish = ActivitySteps.FinishOf(request, Key, captured?.Id, refusal);
        return await ExecuteAsync(finish, ClosingDecisions.Finish, ActivityDefinition.View);
    }

    // Returns null if the cost is 0.
    private async Task<Result<WalletTransaction>?> PayAsync(ActivityRequested request, long cost)
    {
        if (cost == 0)
        {
            return null;
        }

        return request.HoldSeconds is null
            ? await Wallet(request).ChargeAsync(ActivitySteps.ChargeOf(request, cost, Key))
            : await Wallet(request).HoldAsync(ActivitySteps.HoldOf(request, cost, Key));
    }

    private async Task<Error?> GiveBackAsync(ActivityRequested request, IReadOnlyList<UsageSpan> places) =>
        await Meter(request)
            .GiveBackAsync(ActivitySteps.GiveBackOf(request, Key, places)) is { Error: { Kind: ErrorKind.Unavailable } unavailable }
            ? unavailable
            : null;

    private IWalletGrain Wallet(ActivityRequested request) =>
        GrainFactory.GetGrain<IWalletGrain>(new EntityKey(Key.OrganisationId, request.WalletId).ToString());

    private IActivityMeterGrain Meter(ActivityRequested request) =>
        GrainFactory.GetGrain<IActivityMeterGrain>(IActivityMeterGrain.KeyOf(Key.OrganisationId, request.UserId).ToString());
}
