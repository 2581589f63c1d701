using Platform.Activities;

namespace Platform.Grains.Activities;

/// <summary>
/// The state of an activity. Request is null before it is recorded; Quantity, Cost and UsedBefore before it is rated. Authorised is null
/// if it is charged at once.
/// </summary>
public sealed record ActivityState(
    ActivityRequested? Request, ActivityStatus Status, Guid? TransactionId, Error? Refusal, long? Cost = null, Quantity? UsedBefore = null,
    DateTimeOffset? EndedAt = null, Quantity? Quantity = null, ActivityAuthorised? Authorised = null, ActivityClosing? Closing = null,
    IReadOnlyList<UsageSpan>? Places = null)
{
    public static readonly ActivityState None = new(null, ActivityStatus.Requested, null, null);

    /// <summary>How long the current call may take before the upkeep resumes the activity.</summary>
    private static readonly TimeSpan ResumeAfter = TimeSpan.FromSeconds(15);

    /// <summary>When the upkeep must resume it; null if it has ended.</summary>
    public DateTimeOffset? DueAt => Status switch
    {
        ActivityStatus.Requested => Request?.At + ResumeAfter,
        ActivityStatus.Authorised => Closing?.At + ResumeAfter ?? Authorised?.ExpiresAt,
        _ => null,
    };

    public ActivityState Apply(ActivityEvent @event) => @event switch
    {
        ActivityRequested requested => this with { Request = requested },
        ActivityAuthorised authorised => this with
        {
            Status = ActivityStatus.Authorised, Authorised = authorised, Cost = authorised.Cost, UsedBefore = authorised.UsedBefore,
            Places = authorised.Places,
        },
        ActivityClosing closing => this with { Closing = closing },
        ActivityCompleted completed => this with
        {
            Status = ActivityStatus.Completed, TransactionId = completed.TransactionId, Quantity = completed.Quantity,
            Cost = completed.Cost,
            UsedBefore = completed.UsedBefore, EndedAt = completed.At, Places = completed.Places,
        },
        ActivityDeclined declined => this with
        {
            Status = ActivityStatus.Declined, Refusal = declined.Reason, Cost = declined.Cost, UsedBefore = declined.UsedBefore,
            EndedAt = declined.At,
            Places = declined.Places,
        },
        ActivityCancelled cancelled => this with { Status = ActivityStatus.Cancelled, EndedAt = cancelled.At },
        ActivityExpired expired => this with { Status = ActivityStatus.Expired, EndedAt = expired.At },
        _ => throw new InvalidOperationException($"{@event.GetType().Name} is not an event of an activity."),
    };

    /// <summary>The view at the time of authorisation, for the reply to a repeated request.</summary>
    public ActivityView ToAuthorisedView(EntityKey key)
    {
        const long Version = 2; // Requested is the first.
        return None.Apply(Request!).Apply(Authorised!).ToView(key, Version);
    }

    public ActivityView ToView(EntityKey key, long version)
    {
        var r = Request ?? throw new InvalidOperationException("The activity is not recorded.");
        return new ActivityView(
            key.Id, r.Type, Quantity ?? r.Quantity, r.ExactUnitPrice(), new Money(Cost ?? r.Cost, Currency.Parse(r.Currency)), r.UserId,
            r.WalletId,
            TransactionId, Status, r.Subject, r.At, r.Metadata, version, r.PriceVersion, UsedBefore, r.Month, r.TimeZone, EndedAt, Lines(r),
            Authorised?.HoldId, Authorised?.ExpiresAt, r.ActorId);
    }

    private IReadOnlyList<PriceLine>? Lines(ActivityRequested request) =>
        UsedBefore is { } used ? ActivityDecisions.RatingOf(request, Quantity ?? request.Quantity, used, Places).Value?.Lines : null;
}
