using System.Text.Json;
using Platform.Api.Http;
using Platform.Api.Security;
using Platform.Storage.Wallets;
using Platform.Wallets;

namespace Platform.Api.Wallets;

/// <summary>Wallets of the caller's organisation and their movements.</summary>
public static class WalletEndpoints
{
    private const string Read = WalletAccess.Read;

    private static readonly Dictionary<string, TransactionType> Types =
        Enum.GetValues<TransactionType>().ToDictionary(type => JsonNamingPolicy.CamelCase.ConvertName(type.ToString()), StringComparer.Ordinal);

    public static void MapWallets(this RouteGroupBuilder api)
    {
        var wallets = api.MapGroup("/wallets").WithTags("Wallets");
        wallets.MapGet("", ListAsync).Describe("Wallets in the order of their ids. The balance of a wallet with a parent is part of its parent's.")
            .Takes("ownerId", "Only wallets of this user.").Takes("currency", "Only wallets in this currency.").Pages().Answers<Page<WalletView>>(200).NeedsWithin(Read);
        wallets.MapPost("", OpenAsync).Describe("Opens a further wallet for the caller.").Answers<WalletView>(201).Refuses(409, 422, 503).Needs("wallets:open");
        wallets.MapGet("/{id:guid}", GetAsync).Describe("One wallet with its balance.").Answers<WalletView>(200).Refuses(404).NeedsWithin(Read);
        wallets.MapPost("/{id:guid}/deposits", DepositAsync).Describe("Adds money from outside.")
            .MovesMoney().Answers<WalletTransaction>(201).Refuses(404, 409, 422, 503).Needs("wallets:deposit");
        wallets.MapPost("/{id:guid}/charges", ChargeAsync).Describe("Takes money for a reason; never more than is available.")
            .MovesMoney().Answers<WalletTransaction>(201).Refuses(404, 409, 422, 503).Needs("wallets:charge");
        wallets.MapGet("/{id:guid}/transactions", TransactionsAsync).Describe("Movements of a wallet, newest first.")
            .Takes("type", "Only of this type, such as deposit, charge or transferOut.").Takes("from", "What took effect not before this time.").Takes("to", "What took effect before this time.")
            .Takes("reference", "Exactly this reference.").Takes("min", "At least this amount.").Takes("max", "At most this amount.")
            .Takes("relatedId", "Only about this hold, transfer, credit or transaction.").Pages().Answers<Page<WalletTransaction>>(200).Refuses(404).NeedsWithin(Read);
    }

    private static Task<IResult> ChargeAsync(Guid id, Body<ChargeRequest> body, HttpContext http, EntityGrains grains, TimeProvider time)
    {
        var caller = SignedIn.Of(http);
        var command = body.Value.ToCommand(Operation.Context(http, caller, "charges", id, time, required: true));
        return CreatedAsync(grains.Of<IWalletGrain>(caller.OrganisationId, id).AskAsync(command, static (grain, command) => grain.ChargeAsync(command)));
    }

    private static Task<IResult> DepositAsync(Guid id, Body<DepositRequest> body, HttpContext http, EntityGrains grains, TimeProvider time)
    {
        var caller = SignedIn.Of(http);
        var command = body.Value.ToCommand(Operation.Context(http, caller, "deposits", id, time, required: true));
        return CreatedAsync(grains.Of<IWalletGrain>(caller.OrganisationId, id).AskAsync(command, static (grain, command) => grain.DepositAsync(command)));
    }

    private static async Task<IResult> CreatedAsync(Task<Result<WalletTransaction>> call) => Reply.Created(await call);

    private static async Task<IResult> OpenAsync(Body<OpenWalletRequest> body, HttpContext http, EntityGrains grains, TimeProvider time)
    {
        var caller = SignedIn.Of(http);
        var operation = Operation.Of(http, caller.OrganisationId, "wallets", Guid.Empty, time, required: false);
        var currency = body.Value.Currency;
        if (currency is null)
        {
            var organisation = await grains.Of<IOrganisationGrain>(EntityKey.Of(caller.OrganisationId)).AskAsync(static grain => grain.GetAsync());
            if (!organisation.IsSuccess)
            {
                return Reply.Refused(organisation);
            }

            currency = organisation.Value.Currency;
        }

        var command = new OpenWallet(new CommandContext(caller.OrganisationId, caller.UserId, operation.Id, RequestOrigin.Of(http)), caller.UserId, currency);
        var opened = await grains.Of<IWalletGrain>(caller.OrganisationId, operation.NewId()).AskAsync(command, static (grain, command) => grain.OpenAsync(command));
        return Reply.Created(opened, view => $"/api/v1/wallets/{view.Id}", view => view.Version);
    }

    private static async Task<IResult> GetAsync(Guid id, HttpContext http, EntityGrains grains, Reach reach)
    {
        var caller = SignedIn.Of(http);
        var wallet = await grains.Of<IWalletGrain>(caller.OrganisationId, id).AskAsync(static grain => grain.GetAsync());
        return wallet.IsSuccess && await reach.RefusalAsync(http, Read, wallet.Value.OwnerId) is { } refusal
            ? refusal
            : Reply.Ok(wallet, view => view.Version);
    }

    private static async Task<IResult> ListAsync(HttpContext http, WalletQueries wallets, ParentSettlement parents, Reach reach)
    {
        const string List = "wallets";
        var caller = SignedIn.Of(http);
        var query = new Query(http, "ownerId", "currency", "limit", "cursor");
        var (asked, currency, limit) = (query.Id("ownerId"), query.Text("currency", 3), query.Limit());
        query.Check.ThrowIfFailed();
        var (owners, refusal) = await reach.NarrowAsync(http, Read, asked);
        if (refusal is not null)
        {
            return refusal;
        }

        var after = Paging.InstantAndId(http, List, caller.OrganisationId);
        var found = await PageAsync();
        if (await parents.SettleAsync(caller.OrganisationId, [.. found.Select(wallet => wallet.Id)], http.RequestAborted))
        {
            found = await PageAsync();
        }

        return Reply.Ok(Paging.Of(found, limit, last => Paging.Cursor(http, List, caller.OrganisationId, default, last.Id)));

        Task<IReadOnlyList<WalletView>> PageAsync() =>
            wallets.ListAsync(caller.OrganisationId, after?.Id, owners, currency, limit + 1, http.RequestAborted);
    }

    private static async Task<IResult> TransactionsAsync(Guid id, HttpContext http, EntityGrains grains, LedgerQueries ledger, Reach reach)
    {
        const string List = "transactions";
        var caller = SignedIn.Of(http);
        var (wallet, refusal) = await WalletAccess.FindAsync(http, grains, reach, id);
        if (wallet is null)
        {
            return refusal!;
        }

        var query = new Query(http, "type", "from", "to", "reference", "min", "max", "relatedId", "limit", "cursor");
        var currency = wallet.Balance.Currency;
        var filter = new TransactionFilter(
            query.OneOf("type", Types), query.Instant("from"), query.Instant("to"), query.Text("reference"),
            query.Amount("min", currency)?.Minor, query.Amount("max", currency)?.Minor, query.Id("relatedId"));
        var limit = query.Limit();
        query.Check.ThrowIfFailed();
        var before = Paging.Number(http, List, id);
        var found = await ledger.TransactionsAsync(caller.OrganisationId, id, before, filter, limit + 1, http.RequestAborted);
        return Reply.Ok(Paging.Of([.. found.Select(row => row.ToTransaction())], limit, last => Paging.Cursor(http, List, id, last.Sequence)));
    }
}
