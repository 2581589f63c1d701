using NodaTime;
using Platform.Activities;
using Platform.Grains.Engine;
using Platform.Grains.Engine.Entities;
using Platform.Wallets;

namespace Platform.Grains.Activities;

/// <summary>Decides an activity up to its charge or authorisation. The commands it then sends are in <see cref="ActivitySteps"/>.</summary>
public static class ActivityDecisions
{
    public static Decision<ActivityEvent> Request(ActivityState state, PerformActivity command, DecisionContext context)
    {
        if (state.Request is not null)
        {
            return CommonErrors.AlreadyExists("activity");
        }

        if (Check(command) is { } error)
        {
            return error;
        }

        var requested = new ActivityRequested(
            command.Type, command.Quantity, command.UnitPrice.Minor, 0, command.UnitPrice.Currency.Code, command.UserId, command.WalletId,
            context.Caller.ActorId, context.Caller.Operation.Value, command.Subject, command.Metadata, context.Now,
            UnitPriceFraction: command.UnitPrice.Fraction == 0 ? null : command.UnitPrice.Fraction);
        return command.Price is { } price ? Rated(requested, command, price, context.Now) : Priced(requested, command);
    }

    /// <summary>Returns the local month of an instant, such as <c>2026-11</c>; null if the time zone is unknown.</summary>
    public static string? MonthOf(DateTimeOffset at, string timeZone) =>
        TimeZones.Find(timeZone) is { } zone
            ? Instant.FromDateTimeOffset(at).InZone(zone).Date.ToString("yyyy-MM", System.Globalization.CultureInfo.InvariantCulture)
            : null;

    /// <summary>Rates the first units of an activity, by the request's price version and the activity's units of the month.</summary>
    public static Result<Rating> RatingOf(
        ActivityRequested request, Quantity quantity, Quantity usedBefore, IReadOnlyList<UsageSpan>? places = null) =>
        Pricing.Rate(
            new ActivityPrice(request.PriceVersion ?? 0, request.ExactUnitPrice(), request.Tiers, request.FreeAllowance ?? default),
            UsageSpans.First(UsageSpans.Of(usedBefore, request.Quantity, places), quantity));

    public static Decision<ActivityEvent> End(ActivityState state, EndActivity command, DecisionContext context)
    {
        if (state.Request is not { } request)
        {
            return CommonErrors.NotFound("activity");
        }

        if (state.Status != ActivityStatus.Requested)
        {
            return Decision<ActivityEvent>.Unchanged;
        }

        var cost = command.UsedBefore is { } used
            ? RatingOf(request, request.Quantity, used, command.Places).Value?.Cost.Minor
            : request.Cost;
        return command.Refusal is { } refusal
            ? new ActivityDeclined(refusal, cost, command.UsedBefore, context.Now, command.Places)
            : new ActivityCompleted(
                request.Type, request.Quantity, cost ?? 0, request.Currency, command.TransactionId, command.UsedBefore, context.Now,
                command.Places);
    }

    public static Decision<ActivityEvent> Authorise(ActivityState state, AuthoriseActivity command, DecisionContext context)
    {
        if (state.Request is not { HoldSeconds: { } seconds } request)
        {
            return CommonErrors.NotFound("activity");
        }

        return state.Status != ActivityStatus.Requested
            ? Decision<ActivityEvent>.Unchanged
            : new ActivityAuthorised(
                RatingOf(request, request.Quantity, command.UsedBefore, command.Places).Value?.Cost.Minor ?? 0, command.UsedBefore,
                command.HoldId,
                command.ExpiresAt ?? context.Now.AddSeconds(seconds), context.Now, command.Places);
    }

    private static Error? Check(PerformActivity command) =>
        !ActivityRules.IsQuantity(command.Quantity) ? ActivityErrors.InvalidQuantity
        : !ActivityRules.IsUnitPrice(command.UnitPrice) ? ActivityErrors.InvalidPrice
        : command.Subject is not null && !ActivityRules.IsSubject(command.Subject) ? ActivityErrors.InvalidSubject
        : !Metadata.IsValid(command.Metadata) ? WalletErrors.InvalidMetadata
        : command.HoldSeconds is { } seconds && !ActivityRules.IsHoldTime(seconds) ? ActivityErrors.InvalidExpiry
        : null;

    // With a price version the cost is rated later, by the units of the local month.
    private static Decision<ActivityEvent> Rated(
        ActivityRequested requested, PerformActivity command, ActivityPrice price, DateTimeOffset now)
    {
        if (price.UnitPrice != command.UnitPrice)
        {
            return ActivityErrors.InvalidPrice;
        }

        if (command.TimeZone is null || MonthOf(now, command.TimeZone) is not { } month)
        {
            return ActivityErrors.InvalidTimeZone;
        }

        return requested with
        {
            PriceVersion = price.Version, Tiers = price.Tiers, FreeAllowance = price.FreeAllowance == default ? null : price.FreeAllowance,
            TimeZone = command.TimeZone, Month = month, HoldSeconds = command.HoldSeconds,
        };
    }

    // With only a unit price the cost is known at once, so a hold makes no sense.
    private static Decision<ActivityEvent> Priced(ActivityRequested requested, PerformActivity command)
    {
        if (command.HoldSeconds is not null)
        {
            return ActivityErrors.InvalidPrice;
        }

        var cost = ExactCost.Of(command.Quantity, command.UnitPrice);
        return cost.IsSuccess ? requested with { Cost = cost.Value.Minor } : cost.Error;
    }
}
