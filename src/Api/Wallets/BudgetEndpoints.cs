using Platform.Api.Http;
using Platform.Api.Security;
using Platform.Storage.Wallets;
using Platform.Wallets;

namespace Platform.Api.Wallets;

/// <summary>
/// From which wallet another one spends, how much it asks for at a time, and its limits. A slice is what the parent sets aside for it at
/// once: larger ones ask the parent less often. What it has beyond a lower slice or limit, and neither spent nor holds, goes back.
/// </summary>
public sealed record BudgetRequest(
    Guid ParentWalletId, Money Slice, Money? PerTransaction = null, Money? PerDay = null, Money? PerMonth = null,
    IReadOnlyList<TypeLimit>? PerActivityType = null) : IValidated
{
    public void Validate(Validation check)
    {
        check.Require(Slice.Minor is > 0 and <= Money.MaxRequestMinor, WalletErrors.InvalidSlice);
        new LimitsRequest(null, PerTransaction, PerDay, PerMonth, PerActivityType).Validate(check);
    }

    public SetBudget ToCommand(CommandContext context) =>
        new(context, ParentWalletId, Slice, new BudgetLimits(PerTransaction, PerDay, PerMonth, PerActivityType));
}

/// <summary>Budgets of sub-users: their wallets spend from a parent's, within their limits.</summary>
[Routes]
public static class BudgetEndpoints
{
    public static void MapBudgets(this RouteGroupBuilder api)
    {
        var wallets = api.MapGroup("/wallets/{id:guid}").WithTags("Wallets");
        wallets.MapPut("/budget", SetAsync).Describe("Lets an empty wallet spend from a parent, within these limits.")
            .Answers<WalletView>(200).Refuses(404, 409, 422).Needs("wallets:limits").NeedsStepUp();
        wallets.MapDelete("/budget", EndAsync).Describe("Ends a budget: what was leased and is neither spent nor held goes back to the parent.")
            .Answers<WalletView>(200).Refuses(404, 409, 422).Needs("wallets:limits").WithoutStepUp("It takes away and gives nothing.");
        wallets.MapGet("/budgets", ListAsync).Describe("The wallets that spend from this one, in the order of their ids.")
            .Pages().Answers<Page<WalletView>>(200).Refuses(404).NeedsWithin("wallets:read");
    }

    private static async Task<IResult> SetAsync(Guid id, Body<BudgetRequest> body, Call call)
    {
        var command = body.Value.ToCommand(call.Context("budget", id));
        var set = await call.Grain<IWalletGrain>(id).AskAsync(command, static (grain, command) => grain.SetBudgetAsync(command));
        return Reply.Ok(set, view => view.Version);
    }

    private static async Task<IResult> EndAsync(Guid id, Call call)
    {
        var context = call.Context("budget", id);
        var wallet = call.Grain<IWalletGrain>(id);
        var current = await wallet.AskAsync(static grain => grain.GetAsync());
        if (!current.IsSuccess)
        {
            return Reply.Refused(current);
        }

        if (current.Value.ParentId is not { } parent)
        {
            return Reply.Refused<WalletView>(WalletErrors.NotLeased);
        }

        var end = new SetBudget(context, parent, Money.Zero(current.Value.Balance.Currency));
        return Reply.Ok(await wallet.AskAsync(end, static (grain, command) => grain.SetBudgetAsync(command)), view => view.Version);
    }

    private static async Task<IResult> ListAsync(Guid id, Call call, WalletQueries wallets, Reach reach)
    {
        var query = call.PagedQuery();
        if (await WalletAccess.RefusalAsync(call, reach, id) is { } refusal)
        {
            return refusal;
        }

        return Reply.Ok(await query.PageAsync(
            "budgets", id, (after, rows) => wallets.ListAsync(call.OrganisationId, after, null, null, rows, call.Aborted, parentId: id),
            last => last.Id));
    }
}
