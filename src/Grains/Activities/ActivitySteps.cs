using Platform.Activities;
using Platform.Wallets;

namespace Platform.Grains.Activities;

/// <summary>
/// The commands by which a recorded activity goes on: at the meter of its user, at the wallet, and at itself. Each follows from the request
/// alone, with an operation id of its own, so that it is the same command whoever sends it and however often.
/// </summary>
public static class ActivitySteps
{
    /// <summary>Counts the activity on the meter of its user; null where its cost was known from the start.</summary>
    public static TakeUsage? TakeOf(ActivityRequested request, EntityKey key) =>
        request.PriceVersion is null ? null : new TakeUsage(ContextOf(request, key, "take"), request.Type, request.Month!, request.Quantity);

    /// <summary>Gives units that were not used after all back to the meter.</summary>
    public static GiveBackUsage GiveBackOf(ActivityRequested request, EntityKey key, IReadOnlyList<UsageSpan> places) =>
        new(ContextOf(request, key, "give-back"), request.Type, request.Month!, UsageSpans.Sum(places), places);

    /// <summary>The charge of an activity that is charged at once.</summary>
    public static Charge ChargeOf(ActivityRequested request, long cost, EntityKey key) =>
        new(ContextOf(request, key, "charge"), Amount(request, cost), request.Type, key.Id.ToString(), null, TypeOf(request));

    /// <summary>The hold of an activity that is authorised first.</summary>
    public static Hold HoldOf(ActivityRequested request, long cost, EntityKey key) =>
        new(ContextOf(request, key, "hold"), Amount(request, cost), request.HoldSeconds!.Value, request.Type, key.Id.ToString(), null, TypeOf(request));

    /// <summary>The capture of an activity that is completed; null where there is nothing to take.</summary>
    public static Capture? CaptureOf(ActivityState state, ActivityClosing closing, EntityKey key) =>
        closing is { As: Closing.Complete, Cost: > 0 } && state.Authorised?.HoldId is { } hold
            ? new Capture(ContextOf(state.Request!, key, "capture"), hold, Amount(state.Request!, closing.Cost))
            : null;

    /// <summary>Gives back what the hold of an activity set aside, where it is not captured.</summary>
    public static VoidHold? VoidOf(ActivityState state, EntityKey key) =>
        state.Authorised?.HoldId is { } hold ? new VoidHold(ContextOf(state.Request!, key, "void"), hold) : null;

    /// <summary>Ends a hold whose time is over.</summary>
    public static ExpireDue ExpireDueOf(ActivityRequested request, EntityKey key) => new(ContextOf(request, key, "expire-due"));

    public static AuthoriseActivity AuthoriseOf(ActivityRequested request, EntityKey key, Usage taken, WalletTransaction? hold) =>
        new(ContextOf(request, key, "authorise"), taken.Before, hold?.Id, hold?.ExpiresAt, taken.Places);

    /// <summary>The end of an activity that is charged at once.</summary>
    public static EndActivity EndOf(ActivityRequested request, EntityKey key, Guid? transactionId, Error? refusal, Usage? taken) =>
        new(ContextOf(request, key, "end"), transactionId, refusal, taken?.Before, taken?.Places);

    public static ExpireActivity ExpireOf(ActivityRequested request, EntityKey key) => new(ContextOf(request, key, "expire"));

    public static FinishActivity FinishOf(ActivityRequested request, EntityKey key, Guid? transactionId, Error? refusal) =>
        new(ContextOf(request, key, "finish"), transactionId, refusal);

    // A request of before types had limits was charged without one, and is to be the same command.
    private static string? TypeOf(ActivityRequested request) => request.PriceVersion is null ? null : request.Type;

    private static Money Amount(ActivityRequested request, long minor) => new(minor, Currency.Parse(request.Currency));

    private static CommandContext ContextOf(ActivityRequested request, EntityKey key, string step) =>
        new CommandContext(key.OrganisationId, request.ActorId, new OperationId(request.Operation)).Step(step);
}

/// <summary>The last step of an activity that is charged at once, sent by the activity to itself.</summary>
public sealed record EndActivity(
    CommandContext Context, Guid? TransactionId, Error? Refusal, Quantity? UsedBefore = null, IReadOnlyList<UsageSpan>? Places = null) : Command(Context);

/// <summary>The cost is set aside; without a hold where there is none. ExpiresAt is when the hold does.</summary>
public sealed record AuthoriseActivity(
    CommandContext Context, Quantity UsedBefore, Guid? HoldId, DateTimeOffset? ExpiresAt, IReadOnlyList<UsageSpan>? Places = null) : Command(Context);

/// <summary>Its time may have run out.</summary>
public sealed record ExpireActivity(CommandContext Context) : Command(Context);

/// <summary>What the wallet said to how it is to end.</summary>
public sealed record FinishActivity(CommandContext Context, Guid? TransactionId, Error? Refusal) : Command(Context);
