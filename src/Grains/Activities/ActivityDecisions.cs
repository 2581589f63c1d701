using NodaTime;
using Platform.Activities;
using Platform.Grains.Common;
using Platform.Grains.Common.Entities;
using Platform.Wallets;

namespace Platform.Grains.Activities;

/// <summary>What an activity accepts. Pure. The steps are recorded, then rated and charged, then completed or declined.</summary>
public static class ActivityDecisions
{
    public const int MaxQuantity = 1_000_000;

    public static Decision<ActivityEvent, ActivityView> Request(ActivityState state, PerformActivity command, DecisionContext context)
    {
        if (state.Request is not null)
        {
            return CommonErrors.AlreadyExists("activity");
        }

        if (command.Quantity is < 1 or > MaxQuantity)
        {
            return ActivityErrors.InvalidQuantity;
        }

        if (command.UnitPrice.Minor is < 0 or > Money.MaxRequestMinor / MaxQuantity)
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

        var requested = new ActivityRequested(
            command.Type, command.Quantity, command.UnitPrice.Minor, 0, command.UnitPrice.Currency.Code, command.UserId, command.WalletId,
            context.Caller.ActorId, context.Caller.Operation.Value, command.Subject, command.Metadata, context.Now);
        if (command.Price is not { } price)
        {
            return Accept(state, context, requested with { Cost = (command.UnitPrice * command.Quantity).Minor });
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
            PriceVersion = price.Version, Tiers = price.Tiers, FreeAllowance = price.FreeAllowance == 0 ? null : price.FreeAllowance,
            TimeZone = command.TimeZone, Month = month,
        });
    }

    /// <summary>The local month of an instant, as <c>2026-11</c>; null where there is no such time zone.</summary>
    public static string? MonthOf(DateTimeOffset at, string timeZone) =>
        timeZone.Length <= 64 && DateTimeZoneProviders.Tzdb.GetZoneOrNull(timeZone) is { } zone
            ? Instant.FromDateTimeOffset(at).InZone(zone).Date.ToString("yyyy-MM", System.Globalization.CultureInfo.InvariantCulture)
            : null;

    /// <summary>What counts the activity on the meter of its user; null where its cost was known from the start.</summary>
    public static TakeUsage? TakeOf(ActivityRequested request, EntityKey key) =>
        request.PriceVersion is null ? null : new TakeUsage(ContextOf(request, key).Step("take"), request.Type, request.Month!, request.Quantity);

    /// <summary>What gives the units of an activity that was not performed back to the meter.</summary>
    public static GiveBackUsage GiveBackOf(ActivityRequested request, EntityKey key) =>
        new(ContextOf(request, key).Step("give-back"), request.Type, request.Month!, request.Quantity);

    /// <summary>The cost of a quantity of it, by the version of the price that the request holds.</summary>
    public static Result<Rating> RatingOf(ActivityRequested request, long quantity, long usedBefore)
    {
        var price = new Money(request.UnitPrice, Currency.Parse(request.Currency));
        return Pricing.Rate(new ActivityPrice(request.PriceVersion ?? 0, price, request.Tiers, request.FreeAllowance ?? 0), quantity, usedBefore);
    }

    /// <summary>The charge that a recorded activity makes; null where it costs nothing.</summary>
    public static Charge? ChargeOf(ActivityRequested request, long cost, EntityKey key) => cost == 0
        ? null
        : new Charge(ContextOf(request, key).Step("charge"), new Money(cost, Currency.Parse(request.Currency)), request.Type, key.Id.ToString(), null);

    /// <summary>The end of an activity, as a command of its own so that it has an operation id.</summary>
    public static EndActivity EndOf(ActivityRequested request, EntityKey key, Guid? transactionId, Error? refusal, long? usedBefore) =>
        new(ContextOf(request, key).Step("end"), transactionId, refusal, usedBefore);

    public static Decision<ActivityEvent, ActivityView> End(ActivityState state, EndActivity command, DecisionContext context)
    {
        if (state.Request is not { } request)
        {
            return CommonErrors.NotFound("activity");
        }

        if (state.Status != ActivityStatus.Requested)
        {
            return Decision<ActivityEvent, ActivityView>.Accept(state.ToView(context.Key, context.NextVersion - 1));
        }

        var cost = command.UsedBefore is { } used ? RatingOf(request, request.Quantity, used).Value?.Cost.Minor : request.Cost;
        return Accept(state, context, command.Refusal is { } refusal
            ? new ActivityDeclined(refusal, cost, command.UsedBefore, context.Now)
            : new ActivityCompleted(request.Type, request.Quantity, cost ?? 0, request.Currency, command.TransactionId, command.UsedBefore, context.Now));
    }

    private static CommandContext ContextOf(ActivityRequested request, EntityKey key) =>
        new(key.OrganisationId, request.ActorId, new OperationId(request.Operation));

    private static Decision<ActivityEvent, ActivityView> Accept(ActivityState state, DecisionContext context, ActivityEvent @event) =>
        Decision<ActivityEvent, ActivityView>.Accept(state.Apply(@event).ToView(context.Key, context.NextVersion), @event);
}

/// <summary>The last step of an activity, sent by the activity to itself.</summary>
public sealed record EndActivity(CommandContext Context, Guid? TransactionId, Error? Refusal, long? UsedBefore = null) : Command(Context);
