using Platform.Api.Http;
using Platform.Api.Security;
using Platform.Api.Security.Audit;
using Platform.Api.Wallets;
using Platform.Storage.Ledger;

namespace Platform.Api.Ledger;

/// <summary>What proves the ledger of the caller's organisation: checkpoints, keys, proofs of wallets, and the self-check.</summary>
public static class ProofEndpoints
{
    public static void MapLedgerProof(this RouteGroupBuilder api)
    {
        api.MapGet("/wallets/{id:guid}/proof", ProofAsync).WithTags("Ledger")
            .Describe("Where the hash chain of a wallet stands, and the proof that it is in the last checkpoint.")
            .Answers<WalletProof>(200).Refuses(404).NeedsWithin("wallets:read");

        var ledger = api.MapGroup("/ledger").WithTags("Ledger");
        ledger.MapGet("/checkpoints", CheckpointsAsync).Describe("Signed checkpoints of the ledger, newest first.").Pages()
            .Answers<Page<CheckpointView>>(200).Needs("audit:read");
        ledger.MapPost("/checkpoints", TakeAsync)
            .Describe("Takes a checkpoint of now. Where nothing has changed it answers with the last one.").Answers<CheckpointView>(201).Refuses(409, 503)
            .Needs("audit:export").WithoutStepUp("It says hashes and no movement.");
        ledger.MapGet("/checkpoints/{id:guid}", CheckpointAsync).Describe("One checkpoint with all its wallets: keep it where nobody of the platform can change it.")
            .Answers<CheckpointDetail>(200).Refuses(404).Needs("audit:export").WithoutStepUp("It says hashes and no movement.");
        ledger.MapGet("/keys", KeysAsync).Describe("The keys that verify checkpoints, as a JSON Web Key set.").Answers<LedgerKeySet>(200).ForAnyCaller();
        ledger.MapGet("/alerts", AlertsAsync).Describe("What the self-check of the ledger has found, newest first.").Pages()
            .Answers<Page<LedgerAlertView>>(200).Needs("audit:read");
        ledger.MapPost("/checks", CheckAsync)
            .Describe("Derives a wallet anew and compares; it is frozen where it differs. Without a wallet all become due for the check in the background.")
            .Answers<LedgerCheckResult>(200).Refuses(404, 503).Needs("audit:export").WithoutStepUp("It compares, and hands nothing out.");
    }

    private static async Task<IResult> ProofAsync(Guid id, HttpContext http, EntityGrains grains, CheckpointTable checkpoints, Reach reach)
    {
        var caller = SignedIn.Of(http);
        if (await WalletAccess.RefusalAsync(http, grains, reach, id) is { } refusal)
        {
            return refusal;
        }

        return await checkpoints.LeafAsync(caller.OrganisationId, id, http.RequestAborted) is { } now
            ? Reply.Ok(WalletProof.Of(now, await checkpoints.LastAsync(caller.OrganisationId, http.RequestAborted)))
            : Reply.Refused<WalletProof>(CommonErrors.NotFound("wallet"));
    }

    private static async Task<IResult> CheckpointsAsync(HttpContext http, CheckpointTable checkpoints)
    {
        const string List = "ledger-checkpoints";
        var caller = SignedIn.Of(http);
        var query = new Query(http, "limit", "cursor");
        var limit = query.Limit();
        query.Check.ThrowIfFailed();
        var before = Paging.Number(http, List, caller.OrganisationId);
        var found = await checkpoints.ListAsync(caller.OrganisationId, before, limit + 1, http.RequestAborted);
        return Reply.Ok(Paging.Of([.. found.Select(CheckpointView.Of)], limit, last => Paging.Cursor(http, List, caller.OrganisationId, last.Number)));
    }

    private static async Task<IResult> CheckpointAsync(Guid id, HttpContext http, CheckpointTable checkpoints) =>
        await checkpoints.FindAsync(SignedIn.Of(http).OrganisationId, id, http.RequestAborted) is { } row
            ? Reply.Ok(CheckpointDetail.Of(row))
            : Reply.Refused<CheckpointDetail>(CommonErrors.NotFound("checkpoint"));

    private static async Task<IResult> TakeAsync(HttpContext http, Checkpoints checkpoints, AuditTrail audit)
    {
        var caller = SignedIn.Of(http);
        Operation.RequireValidKey(http); // Nothing is kept: a repetition answers with the same checkpoint while nothing changes.
        if (await checkpoints.TakeAsync(caller.OrganisationId, http.RequestAborted) is not { } row)
        {
            return Reply.Refused<CheckpointView>(LedgerErrors.Empty);
        }

        var view = CheckpointView.Of(row);
        await audit.AcceptedAsync(
            http, caller.OrganisationId, caller.UserId, "ledger.checkpoint-taken", view.Id,
            new Dictionary<string, string> { ["number"] = $"{view.Number}", ["root"] = view.Root });
        return Reply.Created<CheckpointView>(view, one => $"/api/v1/ledger/checkpoints/{one.Id}");
    }

    private static async Task<IResult> KeysAsync(HttpContext http, LedgerKeys keys) =>
        Reply.Ok(new LedgerKeySet([.. (await keys.PublicAsync(http.RequestAborted)).Select(LedgerKeyView.Of)]));

    private static async Task<IResult> AlertsAsync(HttpContext http, AlertTable alerts)
    {
        const string List = "ledger-alerts";
        var caller = SignedIn.Of(http);
        var query = new Query(http, "limit", "cursor");
        var limit = query.Limit();
        query.Check.ThrowIfFailed();
        var before = Paging.InstantAndId(http, List, caller.OrganisationId);
        var found = await alerts.ListAsync(caller.OrganisationId, before, limit + 1, http.RequestAborted);
        return Reply.Ok(Paging.Of([.. found.Select(LedgerAlertView.Of)], limit, last => Paging.Cursor(http, List, caller.OrganisationId, last.At, last.Id)));
    }

    private static async Task<IResult> CheckAsync(
        Body<CheckLedgerRequest> body, HttpContext http, EntityGrains grains, SelfCheck check, CheckTable checks, AuditTrail audit)
    {
        var caller = SignedIn.Of(http);
        Operation.RequireValidKey(http);
        if (body.Value.WalletId is not { } id)
        {
            var due = await checks.ForgetAsync(caller.OrganisationId, http.RequestAborted);
            await audit.AcceptedAsync(http, caller.OrganisationId, caller.UserId, "ledger.check-asked");
            return Reply.Ok(new LedgerCheckResult(0, 0, due, []));
        }

        var wallet = await grains.Of<IWalletGrain>(caller.OrganisationId, id).AskAsync(static grain => grain.GetAsync());
        if (!wallet.IsSuccess)
        {
            return Reply.Refused(wallet);
        }

        await audit.AcceptedAsync(http, caller.OrganisationId, caller.UserId, "ledger.check-asked", id);
        var (found, alert) = await check.CheckAsync(new EntityKey(caller.OrganisationId, id), http.RequestAborted);
        return Reply.Ok(new LedgerCheckResult(1, found.Transactions, 0, alert is null ? [] : [LedgerAlertView.Of(alert)]));
    }
}
