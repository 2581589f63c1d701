using Platform.Activities;
using Platform.Grains.Common;
using Platform.Grains.Common.Entities;
using Platform.Wallets;

namespace Platform.Grains.Activities;

/// <summary>What an activity accepts. Pure. The steps are recorded, then charged, then completed or declined.</summary>
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

        var cost = command.UnitPrice * command.Quantity;
        return Accept(state, context, new ActivityRequested(
            command.Type, command.Quantity, command.UnitPrice.Minor, cost.Minor, cost.Currency.Code, command.UserId, command.WalletId,
            context.Caller.ActorId, context.Caller.Operation.Value, command.Subject, command.Metadata, context.Now));
    }

    /// <summary>The charge that a recorded activity makes; null where it costs nothing.</summary>
    public static Charge? ChargeOf(ActivityRequested request, EntityKey key) => request.Cost == 0
        ? null
        : new Charge(
            ContextOf(request, key).Step("charge"), new Money(request.Cost, Currency.Parse(request.Currency)), request.Type, key.Id.ToString(), null);

    /// <summary>The end of an activity, as a command of its own so that it has an operation id.</summary>
    public static EndActivity EndOf(ActivityRequested request, EntityKey key, Result<WalletTransaction>? charged) =>
        new(ContextOf(request, key).Step("end"), charged?.Value?.Id, charged?.Error);

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

        return Accept(state, context, command.Refusal is { } refusal
            ? new ActivityDeclined(refusal)
            : new ActivityCompleted(request.Type, request.Quantity, request.Cost, request.Currency, command.TransactionId));
    }

    private static CommandContext ContextOf(ActivityRequested request, EntityKey key) =>
        new(key.OrganisationId, request.ActorId, new OperationId(request.Operation));

    private static Decision<ActivityEvent, ActivityView> Accept(ActivityState state, DecisionContext context, ActivityEvent @event) =>
        Decision<ActivityEvent, ActivityView>.Accept(state.Apply(@event).ToView(context.Key, context.NextVersion), @event);
}

/// <summary>The last step of an activity, sent by the activity to itself.</summary>
public sealed record EndActivity(CommandContext Context, Guid? TransactionId, Error? Refusal) : Command(Context);
