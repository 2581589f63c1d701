using Platform.Activities;

namespace Platform.Grains.Activities;

/// <summary>The state of an activity; Request is null before it is recorded.</summary>
public sealed record ActivityState(ActivityRequested? Request, ActivityStatus Status, Guid? TransactionId, Error? Refusal)
{
    public static readonly ActivityState None = new(null, ActivityStatus.Requested, null, null);

    public ActivityState Apply(ActivityEvent @event) => @event switch
    {
        ActivityRequested requested => this with { Request = requested },
        ActivityCompleted completed => this with { Status = ActivityStatus.Completed, TransactionId = completed.TransactionId },
        ActivityDeclined declined => this with { Status = ActivityStatus.Declined, Refusal = declined.Reason },
        _ => throw new InvalidOperationException($"{@event.GetType().Name} is not an event of an activity."),
    };

    public ActivityView ToView(EntityKey key, long version)
    {
        var r = Request ?? throw new InvalidOperationException("The activity is not recorded.");
        var currency = Currency.Parse(r.Currency);
        return new ActivityView(
            key.Id, r.Type, r.Quantity, new Money(r.UnitPrice, currency), new Money(r.Cost, currency), r.UserId, r.WalletId,
            TransactionId, Status, r.Subject, r.At, r.Metadata, version);
    }
}
