using Platform.Activities;
using Platform.Wallets;

namespace Platform.Grains.Activities;

/// <summary>What an activity does at the meter and the wallet. What is not available now is answered as such, and tried again.</summary>
internal sealed partial class ActivityGrain
{
    // From the request to the charge and the end, or to the hold and the authorisation.
    private async Task<Result<ActivityView>> BeginAsync(ActivityRequested request)
    {
        var cost = request.Cost;
        Usage? usage = null;
        Error? refusal = null;
        if (ActivitySteps.TakeOf(request, Key) is { } take)
        {
            var taken = await Meter(request).TakeAsync(take);
            if (taken is { Error: { Kind: ErrorKind.Unavailable } notNow })
            {
                return notNow;
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
            await GiveBackAsync(request, UsageSpans.Of(usage.Before, request.Quantity, usage.Places)) is { } later)
        {
            return later;
        }

        var end = ActivitySteps.EndOf(request, Key, moved?.Id, refusal, usage);
        return await ExecuteAsync(end, ActivityDecisions.End, ActivityDefinition.View);
    }

    // From what is decided to the wallet and the end. Whatever the wallet says, no hold stays open.
    private async Task<Result<ActivityView>> CloseAsync(ActivityState state, ActivityClosing closing)
    {
        var request = state.Request!;
        WalletTransaction? captured = null;
        Error? refusal = null;
        if (ActivitySteps.CaptureOf(state, closing, Key) is { } capture)
        {
            var taken = await Wallet(request).CaptureAsync(capture);
            if (taken is { Error: { Kind: ErrorKind.Unavailable } notNow })
            {
                return notNow;
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
                // What is due at a wallet ends with its next movement, or here; its upkeep would be some moments later.
                await Wallet(request).ExpireDueAsync(ActivitySteps.ExpireDueOf(request, Key));
            }
        }

        var unused = ClosingDecisions.UnusedOf(state, closing, refusal);
        if (unused.Count > 0 && await GiveBackAsync(request, unused) is { } later)
        {
            return later;
        }

        var finish = ActivitySteps.FinishOf(request, Key, captured?.Id, refusal);
        return await ExecuteAsync(finish, ClosingDecisions.Finish, ActivityDefinition.View);
    }

    // Null if there is nothing to pay.
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
        await Meter(request).GiveBackAsync(ActivitySteps.GiveBackOf(request, Key, places)) is { Error: { Kind: ErrorKind.Unavailable } notNow } ? notNow : null;

    private IWalletGrain Wallet(ActivityRequested request) =>
        GrainFactory.GetGrain<IWalletGrain>(new EntityKey(Key.OrganisationId, request.WalletId).ToString());

    private IActivityMeterGrain Meter(ActivityRequested request) =>
        GrainFactory.GetGrain<IActivityMeterGrain>(IActivityMeterGrain.KeyOf(Key.OrganisationId, request.UserId).ToString());
}
