using Platform.Activities;

namespace Platform.Grains.Activities;

/// <summary>The state of an activity; Request is null before it is recorded, Cost and UsedBefore before it is rated.</summary>
public sealed record ActivityState(
    ActivityRequested? Request, ActivityStatus Status, Guid? TransactionId, Error? Refusal, long? Cost = null, long? UsedBefore = null,
    DateTimeOffset? EndedAt = null)
{
    public static readonly ActivityState None = new(null, ActivityStatus.Requested, null, null);

    public ActivityState Apply(ActivityEvent @event) => @event switch
    {
        ActivityRequested requested => this with { Request = requested },
        ActivityCompleted completed => this with
        {
            Status = ActivityStatus.Completed, TransactionId = completed.TransactionId, Cost = completed.Cost, UsedBefore = completed.UsedBefore,
            EndedAt = completed.At,
        },
        ActivityDeclined declined => this with
        {
            Status = ActivityStatus.Declined, Refusal = declined.Reason, Cost = declined.Cost, UsedBefore = declined.UsedBefore, EndedAt = declined.At,
        },
        _ => throw new InvalidOperationException($"{@event.GetType().Name} is not an event of an activity."),
    };

    public ActivityView ToView(EntityKey key, long version)
    {
        var r = Request ?? throw new InvalidOperationException("The activity is not recorded.");
        var currency = Currency.Parse(r.Currency);
        return new ActivityView(
            key.Id, r.Type, r.Quantity, new Money(r.UnitPrice, currency), new Money(Cost ?? r.Cost, currency), r.UserId, r.WalletId,
            TransactionId, Status, r.Subject, r.At, r.Metadata, version, r.PriceVersion, UsedBefore, r.Month, r.TimeZone, EndedAt, Lines(r));
    }

    private IReadOnlyList<PriceLine>? Lines(ActivityRequested request) =>
        UsedBefore is { } used ? ActivityDecisions.RatingOf(request, request.Quantity, used).Value?.Lines : null;
}
