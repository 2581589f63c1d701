using Platform.Activities;
using Platform.Wallets;

namespace Platform.Grains.Activities;

/// <summary>
/// Creates the commands that a recorded activity sends to its user's meter, to the wallet and to itself. Each depends only on the recorded
/// state and has a fixed operation id, so that it can be sent repeatedly.
/// </summary>
public static class ActivitySteps
{
    /// <summary>Takes units from the user's meter; null if the cost was known from the start.</summary>
    public static TakeUsage? TakeOf(ActivityRequested request, EntityKey key) =>
        request.PriceVersion is null
            ? null
            : new TakeUsage(ContextOf(request, key, "take"), request.Type, request.Month!, request.Quantity);

    /// <summary>Returns unused units to the meter.</summary>
    public static GiveBackUsage GiveBackOf(ActivityRequested request, EntityKey key, IReadOnlyList<UsageSpan> places) =>
        new(ContextOf(request, key, "give-back"), request.Type, request.Month!, UsageSpans.Sum(places), places);

    /// <summary>Charges an activity without an authorisation.</summary>
    public static Charge ChargeOf(ActivityRequested request, long cost, EntityKey key) =>
        new(ContextOf(request, key, "charge"), Amount(request, cost), request.Type, key.Id.ToString(), null, TypeOf(request));

    /// <summary>Holds the cost of an authorised activity.</summary>
    public static Hold HoldOf(ActivityRequested request, long cost, EntityKey key) =>
        new(ContextOf(request, key, "hold"), Amount(request, cost), request.HoldSeconds!.Value, request.Type, key.Id.ToString(), null,
            TypeOf(request));

    /// <summary>Captures the cost of a completed activity; null if there is none.</summary>
    public static Capture? CaptureOf(ActivityState state, ActivityClosing closing, EntityKey key) =>
        closing is { As: Closing.Complete, Cost: > 0 } && state.Authorised?.HoldId is { } hold
            ? new Capture(ContextOf(state.Request!, key, "capture"), hold, Amount(state.Request!, closing.Cost))
            : null;

    /// <summary>Voids the hold of an activity that is not captured; null if there is no hold.</summary>
    public static VoidHold? VoidOf(ActivityState state, EntityKey key) =>
        state.Authorised?.HoldId is { } hold ? new VoidHold(ContextOf(state.Request!, key, "void"), hold) : null;

    /// <summary>Releases an expired hold.</summary>
    public static ExpireDue ExpireDueOf(ActivityRequested request, EntityKey key) => new(ContextOf(request, key, "expire-due"));

    public static AuthoriseActivity AuthoriseOf(ActivityRequested request, EntityKey key, Usage taken, WalletTransaction? hold) =>
        new(ContextOf(request, key, "authorise"), taken.Before, hold?.Id, hold?.ExpiresAt, taken.Places);

    /// <summary>Ends an activity without an authorisation.</summary>
    public static EndActivity EndOf(ActivityRequested request, EntityKey key, Guid? transactionId, Error? refusal, Usage? taken) =>
        new(ContextOf(request, key, "end"), transactionId, refusal, taken?.Before, taken?.Places);

    public static ExpireActivity ExpireOf(ActivityRequested request, EntityKey key) => new(ContextOf(request, key, "expire"));

    public static FinishActivity FinishOf(ActivityRequested request, EntityKey key, Guid? transactionId, Error? refusal) =>
        new(ContextOf(request, key, "finish"), transactionId, refusal);

    // An old request was charged without a type, and a repeated command must be identical.
    private static string? TypeOf(ActivityRequested request) => request.PriceVersion is null ? null : request.Type;

    private static Money Amount(ActivityRequested request, long minor) => new(minor, Currency.Parse(request.Currency));

    private static CommandContext ContextOf(ActivityRequested request, EntityKey key, string step) =>
        new CommandContext(key.OrganisationId, request.ActorId, new OperationId(request.Operation)).Step(step);
}

/// <summary>The last step of an activity without an authorisation, sent to itself.</summary>
public sealed record EndActivity(
    CommandContext Context, Guid? TransactionId, Error? Refusal, Quantity? UsedBefore = null, IReadOnlyList<UsageSpan>? Places = null)
    : Command(Context);

/// <summary>Records that the cost is held. HoldId is null if it costs nothing. ExpiresAt is that of the hold.</summary>
public sealed record AuthoriseActivity(
    CommandContext Context, Quantity UsedBefore, Guid? HoldId, DateTimeOffset? ExpiresAt, IReadOnlyList<UsageSpan>? Places = null)
    : Command(Context);

/// <summary>Expires the activity if it is overdue.</summary>
public sealed record ExpireActivity(CommandContext Context) : Command(Context);

/// <summary>Ends a closing activity with the wallet's reply.</summary>
public sealed record FinishActivity(CommandContext Context, Guid? TransactionId, Error? Refusal) : Command(Context);
