using System.Text.Json.Serialization;

namespace Platform.Activities;

/// <summary>
/// Counts how much of each type a user has used in a month, for tiers and free allowances. A single grain assigns the units, so that two
/// activities never get the same ones. Key: <see cref="KeyOf"/>.
/// </summary>
[Alias("platform.activities.meter")]
public interface IActivityMeterGrain : IGrainWithStringKey
{
    /// <summary>
    /// Counts a quantity and returns its units of the month: first the lowest that were given back before, then new ones.
    /// </summary>
    [Alias("take")]
    Task<Result<Usage>> TakeAsync(TakeUsage command);

    /// <summary>Returns a quantity that was taken but not used; its units are taken next.</summary>
    [Alias("give-back")]
    Task<Result<Usage>> GiveBackAsync(GiveBackUsage command);

    static EntityKey KeyOf(Guid organisationId, Guid userId) =>
        new(organisationId, OperationId.FromKey("activity-meter", userId.ToString("N")).Value);
}

/// <summary>Takes units of a month. Month is local, such as <c>2026-11</c>.</summary>
[GenerateSerializer, Immutable, Alias("platform.activities.take-usage")]
public sealed record TakeUsage(
    CommandContext Context,
    [property: Id(0)] string Type,
    [property: Id(1)] string Month,
    [property: Id(2)] Quantity Quantity) : Command(Context);

/// <summary>Returns units of a month. Places are those that were taken; null if sent by an earlier build.</summary>
[GenerateSerializer, Immutable, Alias("platform.activities.give-back-usage")]
public sealed record GiveBackUsage(
    CommandContext Context,
    [property: Id(0)] string Type,
    [property: Id(1)] string Month,
    [property: Id(2)] Quantity Quantity,
    [property: Id(3)] IReadOnlyList<UsageSpan>? Places = null) : Command(Context);

/// <summary>
/// The units of a month assigned to a quantity: one span after Before, or the spans in Places, the first of which starts there.
/// </summary>
[GenerateSerializer, Immutable, Alias("platform.activities.usage")]
public sealed record Usage([property: Id(0)] Quantity Before, [property: Id(1)] IReadOnlyList<UsageSpan>? Places = null);

/// <summary>A span of consecutive units of a month.</summary>
[GenerateSerializer, Immutable, Alias("platform.activities.usage-span")]
public readonly record struct UsageSpan([property: Id(0)] Quantity Before, [property: Id(1)] Quantity Units)
{
    [JsonIgnore]
    public Quantity End => Before + Units;
}
