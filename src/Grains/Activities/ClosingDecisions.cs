using Platform.Activities;
using Platform.Grains.Engine.Entities;
using Platform.Wallets;

namespace Platform.Grains.Activities;

/// <summary>Decides how an authorised activity ends. Complete, cancel or expire is decided once, before the wallet is called.</summary>
public static class ClosingDecisions
{
    public static Decision<ActivityEvent> Complete(ActivityState state, CompleteActivity command, DecisionContext context)
    {
        if (ClosingError(state, context) is { } refusal)
        {
            return refusal;
        }

        var (request, authorised) = (state.Request!, state.Authorised!);
        var quantity = command.Quantity ?? request.Quantity;
        if (quantity <= 0)
        {
            return ActivityErrors.InvalidQuantity;
        }

        if (quantity > request.Quantity)
        {
            return ActivityErrors.QuantityTooLarge(request.Quantity);
        }

        var rating = ActivityDecisions.RatingOf(request, quantity, authorised.UsedBefore, authorised.Places);
        return rating.IsSuccess
            ? new ActivityClosing(Closing.Complete, quantity, rating.Value.Cost.Minor, context.Now)
            : rating.Error;
    }

    public static Decision<ActivityEvent> Cancel(ActivityState state, DecisionContext context) =>
        ClosingError(state, context) is { } refusal ? refusal : new ActivityClosing(Closing.Cancel, 0, 0, context.Now);

    /// <summary>Expires the activity if it is overdue and not closing; otherwise changes nothing.</summary>
    public static Decision<ActivityEvent> Expire(ActivityState state, DecisionContext context) =>
        state.Request is null ? CommonErrors.NotFound("activity")
        : IsOpen(state) && state.Authorised!.ExpiresAt <= context.Now
            ? new ActivityClosing(Closing.Expire, 0, 0, context.Now)
            : Decision<ActivityEvent>.Unchanged;

    /// <summary>Decides the end from the closing decision and the wallet's reply.</summary>
    public static Decision<ActivityEvent> Finish(ActivityState state, FinishActivity command, DecisionContext context)
    {
        if (state is not { Status: ActivityStatus.Authorised, Closing: { } closing, Request: { } request, Authorised: { } authorised })
        {
            return state.Request is null ? CommonErrors.NotFound("activity") : Decision<ActivityEvent>.Unchanged;
        }

        return (closing.As, command.Refusal) switch
        {
            (Closing.Complete, null) => new ActivityCompleted(
                request.Type, closing.Quantity, closing.Cost, request.Currency, command.TransactionId, authorised.UsedBefore, context.Now,
                authorised.Places is { } places ? UsageSpans.Stored(UsageSpans.First(places, closing.Quantity)) : null),
            (Closing.Complete, var refusal) when refusal.Code != WalletErrors.HoldExpired.Code =>
                new ActivityDeclined(refusal, closing.Cost, authorised.UsedBefore, context.Now, authorised.Places),
            (Closing.Cancel, _) => new ActivityCancelled(context.Now),
            _ => new ActivityExpired(context.Now),
        };
    }

    /// <summary>Returns the authorised units that were not used, which is all after those paid for.</summary>
    public static IReadOnlyList<UsageSpan> UnusedOf(ActivityState state, ActivityClosing closing, Error? refusal)
    {
        var (request, authorised) = (state.Request!, state.Authorised!);
        var taken = UsageSpans.Of(authorised.UsedBefore, request.Quantity, authorised.Places);
        return refusal is null ? UsageSpans.Except(taken, UsageSpans.First(taken, closing.Quantity)) : taken;
    }

    private static Error? ClosingError(ActivityState state, DecisionContext context) =>
        state.Request is null ? CommonErrors.NotFound("activity")
        : IsOpen(state) ? state.Authorised!.ExpiresAt <= context.Now ? ActivityErrors.AuthorisationExpired : null
        : state.Status == ActivityStatus.Expired || state.Closing is { As: Closing.Expire } ? ActivityErrors.AuthorisationExpired
        : state.Authorised is null ? ActivityErrors.NotAuthorised
        : ActivityErrors.AuthorisationEnded;

    private static bool IsOpen(ActivityState state) => state is { Status: ActivityStatus.Authorised, Closing: null };
}
