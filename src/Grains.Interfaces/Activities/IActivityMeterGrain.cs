using System.Text.Json.Serialization;

namespace Platform.Activities;

/// <summary>
/// How much of each type a user has used in a month: what tiers and free allowances are counted by. One thread decides it, so that two
/// activities never stand on the same units. Key: <see cref="KeyOf"/>.
/// </summary>
[Alias("platform.activities.meter")]
public interface IActivityMeterGrain : IGrainWithStringKey
{
    /// <summary>Counts a quantity, and answers which units of the month it has: those given back before, the first ones first, then new ones.</summary>
    [Alias("take")]
    Task<Result<Usage>> TakeAsync(TakeUsage command);

    /// <summary>Counts a quantity off that was taken and not used after all; its units are the next ones to be taken.</summary>
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
    [property: Id(2)] Quantity Quantity) : Command(Context);

/// <summary>Places are those that were taken; null where a build before them sent it.</summary>
[GenerateSerializer, Immutable, Alias("platform.activities.give-back-usage")]
public sealed record GiveBackUsage(
    CommandContext Context,
    [property: Id(0)] string Type,
    [property: Id(1)] string Month,
    [property: Id(2)] Quantity Quantity,
    [property: Id(3)] IReadOnlyList<UsageSpan>? Places = null) : Command(Context);

/// <summary>Where a quantity stands in a month: after so many units, in one piece, or in the Places that are named, the first of which begins there.</summary>
[GenerateSerializer, Immutable, Alias("platform.activities.usage")]
public sealed record Usage([property: Id(0)] Quantity Before, [property: Id(1)] IReadOnlyList<UsageSpan>? Places = null);

/// <summary>Units of a month that stand one after another: so many, after so many before them.</summary>
[GenerateSerializer, Immutable, Alias("platform.activities.usage-span")]
public readonly record struct UsageSpan([property: Id(0)] Quantity Before, [property: Id(1)] Quantity Units)
{
    [JsonIgnore]
    public Quantity End => Before + Units;
}
