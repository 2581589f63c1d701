using System.Text.Json;
using Platform.Api.Http;
using Platform.Api.Security;
using Platform.Organisations;
using Platform.Storage.Wallets;
using Platform.Wallets;

namespace Platform.Api.Wallets;

/// <summary>Wallets of the caller's organisation and their transactions.</summary>
[Routes]
public static class WalletEndpoints
{
    private const string Read = WalletAccess.Read;

    private static readonly Dictionary<string, TransactionType> Types =
        Enum.GetValues<TransactionType>()
            .ToDictionary(type => JsonNamingPolicy.CamelCase.ConvertName(type.ToString()), StringComparer.Ordinal);

    public static void MapWallets(this RouteGroupBuilder api)
    {
        var wallets = api.MapGroup("/wallets").WithTags("Wallets");
        wallets.MapGet("", ListAsync)
            .Describe("Lists wallets ordered by id. The balance of a wallet with a parent is part of the parent's balance.")
            .Takes("ownerId", "Only wallets of this user.").Takes("currency", "Only wallets in this currency.")
            .Pages().Answers<Page<WalletView>>(200).NeedsWithin(Read);
        wallets.MapPost("", OpenAsync).Describe("Opens another wallet for the caller.")
            .Answers<WalletView>(201).Refuses(409, 422).Needs("wallets:open");
        wallets.MapGet("/{id:guid}", GetAsync).Describe("Returns a wallet with its balance.").Answers<WalletView>(200).Refuses(404)
            .NeedsWithin(Read);
        wallets.MapPost("/{id:guid}/deposits", DepositAsync).Describe("Deposits money.")
            .MovesMoney().Answers<WalletTransaction>(201).Refuses(404).Needs("wallets:deposit");
        wallets.MapPost("/{id:guid}/charges", ChargeAsync).Describe("Charges the wallet, at most its available balance.")
            .MovesMoney().Answers<WalletTransaction>(201).Refuses(404).Needs("wallets:charge");
        wallets.MapGet("/{id:guid}/transactions", TransactionsAsync).Describe("Lists the transactions of a wallet, newest first.")
            .Takes("type", "Only this type, such as deposit, charge or transferOut.")
            .Takes("from", "Only transactions that took effect at or after this time.")
            .Takes("to", "Only transactions that took effect before this time.")
            .Takes("reference", "Only transactions with exactly this reference.").Takes("min", "At least this amount.")
            .Takes("max", "At most this amount.")
            .Takes("relatedId", "Only transactions related to this hold, transfer, credit or transaction.")
            .Pages().Answers<Page<WalletTransaction>>(200).Refuses(404).NeedsWithin(Read);
    }

    private static async Task<IResult> ChargeAsync(Guid id, Body<ChargeRequest> body, Call call)
    {
        var command = body.Value.ToCommand(call.Context("charges", id));
        return Reply.Created(await call.Grain<IWalletGrain>(id).AskAsync(command, static (grain, command) => grain.ChargeAsync(command)));
    }

    private static async Task<IResult> DepositAsync(Guid id, Body<DepositRequest> body, Call call)
    {
        var command = body.Value.ToCommand(call.Context("deposits", id));
        return Reply.Created(await call.Grain<IWalletGrain>(id).AskAsync(command, static (grain, command) => grain.DepositAsync(command)));
    }

    private static async Task<IResult> OpenAsync(Body<OpenWalletRequest> body, Call call)
    {
        var operation = call.Operation("wallets");
        var currency = body.Value.Currency;
        if (currency is null)
        {
            var organisation = await call.Grain<IOrganisationGrain>(call.OrganisationId).AskAsync(static grain => grain.GetAsync());
            if (!organisation.IsSuccess)
            {
                return Reply.Refused(organisation);
            }

            currency = organisation.Value.Currency;
        }

        var command = new OpenWallet(call.Context(operation), call.UserId, currency);
        var opened = await call.Grain<IWalletGrain>(operation.NewId())
            .AskAsync(command, static (grain, command) => grain.OpenAsync(command));
        return Reply.Created(opened, view => $"/api/v1/wallets/{view.Id}", view => view.Version);
    }

    private static async Task<IResult> GetAsync(Guid id, Call call, Reach reach)
    {
        var wallet = await call.Grain<IWalletGrain>(id).AskAsync(static grain => grain.GetAsync());
        return !wallet.IsSuccess ? Reply.Refused(wallet)
            : await reach.RefusalAsync(call, Read, wallet.Value.OwnerId) is { } refusal ? refusal
            : Reply.Volatile(wallet.Value, wallet.Value.Version); // Credit expires by the clock.
    }

    private static async Task<IResult> ListAsync(Call call, WalletQueries wallets, ParentSettlement parents, Reach reach)
    {
        var query = call.PagedQuery("ownerId", "currency");
        var (asked, currency) = (query.Id("ownerId"), query.Text("currency", 3));
        query.Check.ThrowIfFailed();
        var (owners, refusal) = await reach.NarrowAsync(call, Read, asked);
        if (refusal is not null)
        {
            return refusal;
        }

        return Reply.Ok(await query.PageAsync("wallets", call.OrganisationId, SettledAsync, last => last.Id));

        async Task<IReadOnlyList<WalletView>> SettledAsync(Guid? after, int rows)
        {
            var found = await wallets.ListAsync(call.OrganisationId, after, owners, currency, rows, call.Aborted);
            return await parents.SettleAsync(call.OrganisationId, [.. found.Select(wallet => wallet.Id)], call.Aborted)
                ? await wallets.ListAsync(call.OrganisationId, after, owners, currency, rows, call.Aborted)
                : found;
        }
    }

    private static async Task<IResult> TransactionsAsync(Guid id, Call call, LedgerQueries ledger, Reach reach)
    {
        var (wallet, refusal) = await WalletAccess.FindAsync(call, reach, id);
        if (wallet is null)
        {
            return refusal!;
        }

        var query = call.PagedQuery("type", "from", "to", "reference", "min", "max", "relatedId");
        var currency = wallet.Balance.Currency;
        var filter = new TransactionFilter(
            query.OneOf("type", Types), query.Instant("from"), query.Instant("to"), query.Text("reference"),
            query.Amount("min", currency)?.Minor, query.Amount("max", currency)?.Minor, query.Id("relatedId"));
        var page = await query.PageAsync(
            "transactions", id,
            (before, rows) => ledger.TransactionsAsync(call.OrganisationId, id, before, filter, rows, call.Aborted), last => last.Sequence);
        return Reply.Ok(page.Select(row => row.ToTransaction()));
    }
}
