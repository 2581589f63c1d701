namespace Platform.Activities;

/// <summary>
/// One performed activity, such as a generated report, that is charged to a wallet. It is recorded first, then charged,
/// then completed or declined; the same operation id at every step makes it safe to resume after a crash.
/// Key: organisation and activity id.
/// </summary>
[Alias("platform.activities.activity")]
public interface IActivityGrain : IGrainWithStringKey
{
    /// <summary>Performs the activity; answers when it is completed, or with the refusal of the wallet when it is declined.</summary>
    [Alias("perform")]
    Task<Result<ActivityView>> PerformAsync(PerformActivity command);

    /// <summary>Brings a recorded activity to its end; does nothing where it has ended.</summary>
    [Alias("resume")]
    Task<Result<ActivityView>> ResumeAsync();

    [Alias("get")]
    Task<Result<ActivityView>> GetAsync();
}

[GenerateSerializer, Alias("platform.activities.status")]
public enum ActivityStatus
{
    Requested = 0,
    Completed = 1,
    Declined = 2,
}

/// <summary>Price times quantity is charged to the wallet. The front door looks the price up in the catalogue.</summary>
[GenerateSerializer, Immutable, Alias("platform.activities.perform")]
public sealed record PerformActivity(
    CommandContext Context,
    [property: Id(0)] string Type,
    [property: Id(1)] int Quantity,
    [property: Id(2)] Money UnitPrice,
    [property: Id(3)] Guid UserId,
    [property: Id(4)] Guid WalletId,
    [property: Id(5)] string? Subject,
    [property: Id(6)] IReadOnlyDictionary<string, string>? Metadata) : Command(Context);

[GenerateSerializer, Immutable, Alias("platform.activities.view")]
public sealed record ActivityView(
    [property: Id(0)] Guid Id,
    [property: Id(1)] string Type,
    [property: Id(2)] int Quantity,
    [property: Id(3)] Money UnitPrice,
    [property: Id(4)] Money Cost,
    [property: Id(5)] Guid UserId,
    [property: Id(6)] Guid WalletId,
    [property: Id(7)] Guid? TransactionId,
    [property: Id(8)] ActivityStatus Status,
    [property: Id(9)] string? Subject,
    [property: Id(10)] DateTimeOffset At,
    [property: Id(11)] IReadOnlyDictionary<string, string>? Metadata,
    [property: Id(12)] long Version);
