namespace Platform.Dealers;

/// <summary>The dealer tree of an organisation: one entity, so that two moves cannot make a cycle. Key: <see cref="KeyOf"/>.</summary>
[Alias("platform.dealers.dealers")]
public interface IDealersGrain : IGrainWithStringKey
{
    [Alias("create")]
    Task<Result<DealerView>> CreateAsync(CreateDealer command);

    [Alias("update")]
    Task<Result<DealerView>> UpdateAsync(UpdateDealer command);

    [Alias("move")]
    Task<Result<DealerView>> MoveAsync(MoveDealer command);

    [Alias("set-status")]
    Task<Result<DealerView>> SetStatusAsync(SetDealerStatus command);

    [Alias("find")]
    Task<Result<DealerWithPath>> FindAsync(Guid dealerId);

    /// <summary>The whole tree, without its nodes if its version is still <paramref name="ifVersion"/>.</summary>
    [Alias("get-tree")]
    Task<Result<DealerTreeView>> GetTreeAsync(long? ifVersion);

    static EntityKey KeyOf(Guid organisationId) =>
        new(organisationId, OperationId.FromKey("dealers", organisationId.ToString("N")).Value);
}

/// <summary>A disabled dealer gives no access to itself or to dealers below it.</summary>
[GenerateSerializer, Alias("platform.dealers.status")]
public enum DealerStatus
{
    Active = 0,
    Disabled = 1,
}

[GenerateSerializer, Immutable, Alias("platform.dealers.create")]
public sealed record CreateDealer(
    CommandContext Context,
    [property: Id(0)] string Name,
    [property: Id(1)] string? Code,
    [property: Id(2)] Guid? ParentId) : Command(Context);

/// <summary>Changes the fields that are not null. Refused if the dealer's version is no longer <see cref="IfVersion"/>.</summary>
[GenerateSerializer, Immutable, Alias("platform.dealers.update")]
public sealed record UpdateDealer(
    CommandContext Context,
    [property: Id(0)] Guid DealerId,
    [property: Id(1)] string? Name,
    [property: Id(2)] string? Code,
    [property: Id(3)] long? IfVersion) : Command(Context);

/// <summary>Moves a dealer and all dealers below it under another one, or to the top if the parent is null.</summary>
[GenerateSerializer, Immutable, Alias("platform.dealers.move")]
public sealed record MoveDealer(
    CommandContext Context,
    [property: Id(0)] Guid DealerId,
    [property: Id(1)] Guid? ParentId,
    [property: Id(2)] long? IfVersion) : Command(Context);

[GenerateSerializer, Immutable, Alias("platform.dealers.set-status")]
public sealed record SetDealerStatus(
    CommandContext Context,
    [property: Id(0)] Guid DealerId,
    [property: Id(1)] DealerStatus Status) : Command(Context);

/// <summary>A dealer as callers see it. Its version counts changes of the tree; this is the one of its own last change.</summary>
[GenerateSerializer, Immutable, Alias("platform.dealers.dealer")]
public sealed record DealerView(
    [property: Id(0)] Guid Id,
    [property: Id(1)] Guid? ParentId,
    [property: Id(2)] string Name,
    [property: Id(3)] string? Code,
    [property: Id(4)] DealerStatus Status,
    [property: Id(5)] long Version);

/// <summary>A dealer and its path from the top of the tree, ending with the dealer itself.</summary>
[GenerateSerializer, Immutable, Alias("platform.dealers.with-path")]
public sealed record DealerWithPath([property: Id(0)] DealerView Dealer, [property: Id(1)] IReadOnlyList<DealerNode> Path);

/// <summary>One node of the tree.</summary>
[GenerateSerializer, Immutable, Alias("platform.dealers.node")]
public sealed record DealerNode(
    [property: Id(0)] Guid Id,
    [property: Id(1)] Guid? ParentId,
    [property: Id(2)] string Name,
    [property: Id(3)] string? Code,
    [property: Id(4)] DealerStatus Status);

/// <summary>All nodes, in no particular order; null if they are unchanged since the requested version.</summary>
[GenerateSerializer, Immutable, Alias("platform.dealers.tree")]
public sealed record DealerTreeView([property: Id(0)] long Version, [property: Id(1)] IReadOnlyList<DealerNode>? Nodes);

/// <summary>Examples for the API document.</summary>
[Examples]
public static class DealerSamples
{
    public static readonly DealerView Dealer = new(Sample.UserId, Sample.OrganisationId, "Berlin", "DE-BER", DealerStatus.Active, 2);
}
