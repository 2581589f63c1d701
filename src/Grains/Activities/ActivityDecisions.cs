using NodaTime;
using Platform.Activities;
using Platform.Grains.Engine.Entities;
using Platform.Wallets;

namespace Platform.Grains.Activities;

/// <summary>What an activity accepts, up to where it was charged or authorised. Pure. What it does then is in <see cref="ActivitySteps"/>.</summary>
public static class ActivityDecisions
{
    public const int MaxQuantity = 1_000_000;
    public const int MaxHoldSeconds = 86_400;

    public static Decision<ActivityEvent, ActivityView> Request(ActivityState state, PerformActivity command, DecisionContext context)
    {
        if (state.Request is not null)
        {
            return CommonErrors.AlreadyExists("activity");
        }

        if (!IsQuantity(command.Quantity))
        {
            return ActivityErrors.InvalidQuantity;
        }

        if (command.UnitPrice.IsNegative || command.UnitPrice.IsTooLarge)
        {
            return ActivityErrors.InvalidPrice;
        }

        if (command.Subject is not null && !Text.IsText(command.Subject, 0, 500))
        {
            return ActivityErrors.InvalidSubject;
        }

        if (!Metadata.IsValid(command.Metadata))
        {
            return WalletErrors.InvalidMetadata;
        }

        if (command.HoldSeconds is < 1 or > MaxHoldSeconds)
        {
            return ActivityErrors.InvalidExpiry;
        }

        var requested = new ActivityRequested(
            command.Type, command.Quantity, command.UnitPrice.Minor, 0, command.UnitPrice.Currency.Code, command.UserId, command.WalletId,
            context.Caller.ActorId, context.Caller.Operation.Value, command.Subject, command.Metadata, context.Now,
            UnitPriceFraction: command.UnitPrice.Fraction == 0 ? null : command.UnitPrice.Fraction);
        if (command.Price is not { } price)
        {
            if (command.HoldSeconds is not null)
            {
                return ActivityErrors.InvalidPrice;
            }

            var cost = ExactCost.Of(command.Quantity, command.UnitPrice);
            return cost.IsSuccess ? Accept(state, context, requested with { Cost = cost.Value.Minor }) : cost.Error;
        }

        if (price.UnitPrice != command.UnitPrice)
        {
            return ActivityErrors.InvalidPrice;
        }

        if (command.TimeZone is null || MonthOf(context.Now, command.TimeZone) is not { } month)
        {
            return ActivityErrors.InvalidTimeZone;
        }

        return Accept(state, context, requested with
        {
            PriceVersion = price.Version, Tiers = price.Tiers, FreeAllowance = price.FreeAllowance == default ? null : price.FreeAllowance,
            TimeZone = command.TimeZone, Month = month, HoldSeconds = command.HoldSeconds,
        });
    }

    /// <summary>The local month of an instant, as <c>2026-11</c>; null where there is no such time zone.</summary>
    public static string? MonthOf(DateTimeOffset at, string timeZone) =>
        timeZone.Length <= 64 && DateTimeZoneProviders.Tzdb.GetZoneOrNull(timeZone) is { } zone
            ? Instant.FromDateTimeOffset(at).InZone(zone).Date.ToString("yyyy-MM", System.Globalization.CultureInfo.InvariantCulture)
            : null;

    /// <summary>Whether an activity may have it: more than nothing, and not too much.</summary>
    public static bool IsQuantity(Quantity quantity) => quantity > 0 && quantity <= MaxQuantity;

    /// <summary>The cost of the first units of it, by the version of the price that the request holds and where it stands in the month.</summary>
    public static Result<Rating> RatingOf(ActivityRequested request, Quantity quantity, Quantity usedBefore, IReadOnlyList<UsageSpan>? places = null) =>
        Pricing.Rate(
            new ActivityPrice(request.PriceVersion ?? 0, request.ExactUnitPrice(), request.Tiers, request.FreeAllowance ?? default),
            UsageSpans.First(UsageSpans.Of(usedBefore, request.Quantity, places), quantity));

    public static Decision<ActivityEvent, ActivityView> End(ActivityState state, EndActivity command, DecisionContext context)
    {
        if (state.Request is not { } request)
        {
            return CommonErrors.NotFound("activity");
        }

        if (state.Status != ActivityStatus.Requested)
        {
            return Unchanged(state, context);
        }

        var cost = command.UsedBefore is { } used ? RatingOf(request, request.Quantity, used, command.Places).Value?.Cost.Minor : request.Cost;
        return Accept(state, context, command.Refusal is { } refusal
            ? new ActivityDeclined(refusal, cost, command.UsedBefore, context.Now, command.Places)
            : new ActivityCompleted(request.Type, request.Quantity, cost ?? 0, request.Currency, command.TransactionId, command.UsedBefore, context.Now, command.Places));
    }

    public static Decision<ActivityEvent, ActivityView> Authorise(ActivityState state, AuthoriseActivity command, DecisionContext context)
    {
        if (state.Request is not { HoldSeconds: { } seconds } request)
        {
            return CommonErrors.NotFound("activity");
        }

        return state.Status != ActivityStatus.Requested
            ? Unchanged(state, context)
            : Accept(state, context, new ActivityAuthorised(
                RatingOf(request, request.Quantity, command.UsedBefore, command.Places).Value?.Cost.Minor ?? 0, command.UsedBefore, command.HoldId,
                command.ExpiresAt ?? context.Now.AddSeconds(seconds), context.Now, command.Places));
    }

    /// <summary>What is decided already stays.</summary>
    internal static Decision<ActivityEvent, ActivityView> Unchanged(ActivityState state, DecisionContext context) =>
        Decision<ActivityEvent, ActivityView>.Accept(state.ToView(context.Key, context.NextVersion - 1));

    internal static Decision<ActivityEvent, ActivityView> Accept(ActivityState state, DecisionContext context, ActivityEvent @event) =>
        Decision<ActivityEvent, ActivityView>.Accept(state.Apply(@event).ToView(context.Key, context.NextVersion), @event);
}
