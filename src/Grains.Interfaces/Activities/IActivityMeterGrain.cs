namespace Platform.Activities;

/// <summary>
/// How much of each type a user has used in a month: what tiers and free allowances are counted by. One thread decides it, so that two
/// activities never stand on the same units. Key: <see cref="KeyOf"/>.
/// </summary>
[Alias("platform.activities.meter")]
public interface IActivityMeterGrain : IGrainWithStringKey
{
    /// <summary>Counts a quantity, and answers how much of the month was used before it.</summary>
    [Alias("take")]
    Task<Result<Usage>> TakeAsync(TakeUsage command);

    /// <summary>Counts a quantity off that was taken and not used after all.</summary>
    [Alias("give-back")]
    Task<Result<Usage>> GiveBackAsync(GiveBackUsage command);

    static EntityKey KeyOf(Guid organisationId, Guid userId) =>
        new(organisationId, OperationId.FromKey("activity-meter", userId.ToString("N")).Value);
}

/// <summary>Month is the local one, as <c>2026-11</c>.</summary>
[GenerateSerializer, Immutable, Alias("platform.activities.take-usage")]
public sealed record TakeUsage(
    CommandContext Context,
    [property: Id(0)] string Type,
    [property: Id(1)] string Month,
    [property: Id(2)] int Quantity) : Command(Context);

[GenerateSerializer, Immutable, Alias("platform.activities.give-back-usage")]
public sealed record GiveBackUsage(
    CommandContext Context,
    [property: Id(0)] string Type,
    [property: Id(1)] string Month,
    [property: Id(2)] int Quantity) : Command(Context);

/// <summary>What was used of a month before a command.</summary>
[GenerateSerializer, Immutable, Alias("platform.activities.usage")]
public sealed record Usage([property: Id(0)] long Before);
