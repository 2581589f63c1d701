using Platform.Dealers;
using Platform.Grains.Engine.Entities;

namespace Platform.Grains.Dealers;

/// <summary>Decides the commands of a dealer tree. Pure. Dealers are never deleted, because past sales refer to them.</summary>
public static class DealerDecisions
{
    public const int MaxDealers = 50_000;

    public static Decision<DealerEvent> Create(DealersState state, CreateDealer command, DecisionContext context)
    {
        var id = context.Caller.Operation.NewId(context.Now);
        if (Check(state, id, command.Name, command.Code) is { } error)
        {
            return error;
        }

        if (command.ParentId is { } parent && state.Find(parent) is null)
        {
            return DealerErrors.UnknownParent;
        }

        if (state.Dealers.Count >= MaxDealers)
        {
            return DealerErrors.TooMany;
        }

        return state.Upwards(command.ParentId).Count() >= DealerTree.MaxDepth
            ? DealerErrors.TooDeep
            : new DealerCreated(id, command.ParentId, Text.NameOf(command.Name), command.Code);
    }

    public static Decision<DealerEvent> Update(DealersState state, UpdateDealer command, DecisionContext _)
    {
        if (state.Find(command.DealerId) is not { } dealer)
        {
            return DealerErrors.NotFound;
        }

        if (command.IfVersion is { } version && version != dealer.Version)
        {
            return CommonErrors.VersionMismatch;
        }

        var updated = new DealerUpdated(
            dealer.Id, command.Name is null ? dealer.Name : Text.NameOf(command.Name), command.Code ?? dealer.Code);
        return Check(state, dealer.Id, command.Name, updated.Code) is { } error ? error
            : updated.Name == dealer.Name && updated.Code == dealer.Code ? Decision<DealerEvent>.Unchanged
            : updated;
    }

    public static Decision<DealerEvent> Move(DealersState state, MoveDealer command, DecisionContext _)
    {
        if (state.Find(command.DealerId) is not { } dealer)
        {
            return DealerErrors.NotFound;
        }

        if (command.IfVersion is { } version && version != dealer.Version)
        {
            return CommonErrors.VersionMismatch;
        }

        if (command.ParentId is { } parent && state.Find(parent) is null)
        {
            return DealerErrors.UnknownParent;
        }

        if (command.ParentId == dealer.ParentId)
        {
            return Decision<DealerEvent>.Unchanged;
        }

        var above = state.Upwards(command.ParentId).ToList();
        if (above.Any(ancestor => ancestor.Id == dealer.Id))
        {
            return DealerErrors.Cycle;
        }

        return above.Count + state.HeightOf(dealer.Id) > DealerTree.MaxDepth
            ? DealerErrors.TooDeep
            : new DealerMoved(dealer.Id, command.ParentId);
    }

    public static Decision<DealerEvent> SetStatus(DealersState state, SetDealerStatus command, DecisionContext _) =>
        state.Find(command.DealerId) is not { } dealer ? DealerErrors.NotFound
        : dealer.Status == command.Status ? Decision<DealerEvent>.Unchanged
        : command.Status == DealerStatus.Disabled ? new DealerDisabled(dealer.Id)
        : new DealerEnabled(dealer.Id);

    private static Error? Check(DealersState state, Guid id, string? name, string? code) =>
        name is not null && !Text.IsName(name) ? DealerErrors.InvalidName
        : code is null ? null
        : !DealerRules.IsCode(code) ? DealerErrors.InvalidCode
        : state.OwnerOf(code) is { } owner && owner != id ? DealerErrors.CodeTaken
        : null;
}
