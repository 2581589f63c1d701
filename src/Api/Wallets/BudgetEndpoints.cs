using Platform.Api.Http;
using Platform.Api.Security;
using Platform.Storage.Wallets;
using Platform.Wallets;

namespace Platform.Api.Wallets;

/// <summary>
/// A wallet's budget: the parent wallet it spends from, the slice, and its limits. A slice is how much the wallet leases from the parent
/// at a time; with a larger slice it asks the parent less often. If a slice or limit is lowered, leased money above it returns to the
/// parent.
/// </summary>
public sealed record BudgetRequest(
    Guid ParentWalletId, Money Slice, Money? PerTransaction = null, Money? PerDay = null, Money? PerMonth = null,
    IReadOnlyList<TypeLimit>? PerActivityType = null) : IValidated
{
    public void Validate(Validation check)
    {
        check.Require(WalletRules.IsAmount(Slice), WalletErrors.InvalidSlice);
        new LimitsRequest(null, PerTransaction, PerDay, PerMonth, PerActivityType).Validate(check);
    }

    public SetBudget ToCommand(CommandContext context) =>
        new(context, ParentWalletId, Slice, new BudgetLimits(PerTransaction, PerDay, PerMonth, PerActivityType));
}

/// <summary>Budgets of sub-users, whose wallets spend from a parent wallet within limits.</summary>
[Routes]
public static class BudgetEndpoints
{
    public static void MapBudgets(this RouteGroupBuilder api)
    {
        var wallets = api.MapGroup("/wallets/{id:guid}").WithTags("Wallets");
        wallets.MapPut("/budget", SetAsync).Describe("Lets an empty wallet spend from a parent wallet, within limits.")
            .Answers<WalletView>(200).Refuses(404, 409, 422).Needs("wallets:limits").NeedsStepUp();
        wallets.MapDelete("/budget", EndAsync).Describe("Ends a budget. Leased money that is neither spent nor held returns to the parent.")
            .Answers<WalletView>(200).Refuses(404, 409, 422).Needs("wallets:limits").WithoutStepUp("It only removes rights.");
        wallets.MapGet("/budgets", ListAsync).Describe("Lists the wallets that spend from this one, ordered by id.")
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
