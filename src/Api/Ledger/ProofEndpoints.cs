using Platform.Api.Http;
using Platform.Api.Security;
using Platform.Api.Security.Audit;
using Platform.Api.Wallets;
using Platform.Storage.Ledger;
using Platform.Wallets;

namespace Platform.Api.Ledger;

/// <summary>Checkpoints, keys, wallet proofs and the self-check of the ledger.</summary>
[Routes]
public static class ProofEndpoints
{
    public static void MapLedgerProof(this RouteGroupBuilder api)
    {
        api.MapGet("/wallets/{id:guid}/proof", ProofAsync).WithTags("Ledger")
            .Describe("Returns the last hash of a wallet's chain and the proof that the wallet is in the last checkpoint.")
            .Answers<WalletProof>(200).Refuses(404).NeedsWithin("wallets:read");

        var ledger = api.MapGroup("/ledger").WithTags("Ledger");
        ledger.MapGet("/checkpoints", CheckpointsAsync).Describe("Lists the signed checkpoints of the ledger, newest first.").Pages()
            .Answers<Page<CheckpointView>>(200).Needs("audit:read");
        ledger.MapPost("/checkpoints", TakeAsync)
            .Describe("Takes a checkpoint now. Returns the last one if nothing has changed since.")
            .Answers<CheckpointView>(201).Refuses(409).Needs("audit:export").WithoutStepUp("It returns hashes, not transactions.");
        ledger.MapGet("/checkpoints/{id:guid}", CheckpointAsync)
            .Describe("Returns a checkpoint with all its wallets. Keep a copy where the platform's operators cannot change it.")
            .Answers<CheckpointDetail>(200).Refuses(404).Needs("audit:export").WithoutStepUp("It returns hashes, not transactions.");
        ledger.MapGet("/keys", KeysAsync).Describe("Returns the keys that verify checkpoints, as a JSON Web Key set.")
            .Answers<LedgerKeySet>(200).ForAnyCaller();
        ledger.MapGet("/alerts", AlertsAsync).Describe("Lists the findings of the ledger's self-check, newest first.").Pages()
            .Answers<Page<LedgerAlertView>>(200).Needs("audit:read");
        ledger.MapPost("/checks", CheckAsync)
            .Describe(
                "Checks a wallet against its journal and freezes it if they differ. Without walletId, schedules all wallets.")
            .Answers<LedgerCheckResult>(200).Refuses(404).Needs("audit:export").WithoutStepUp("It only compares and returns no data.");
    }

    private static async Task<IResult> ProofAsync(Guid id, Call call, CheckpointTable checkpoints, Reach reach)
    {
        if (await WalletAccess.RefusalAsync(call, reach, id) is { } refusal)
        {
            return refusal;
        }

        return await checkpoints.LeafAsync(call.OrganisationId, id, call.Aborted) is { } now
            ? Reply.Ok(WalletProof.Of(now, await checkpoints.LastAsync(call.OrganisationId, call.Aborted)))
            : Reply.Refused<WalletProof>(CommonErrors.NotFound("wallet"));
    }

    private static async Task<IResult> CheckpointsAsync(Call call, CheckpointTable checkpoints)
    {
        var page = await call.PagedQuery().PageAsync(
            "ledger-checkpoints", call.OrganisationId,
            (before, rows) => checkpoints.ListAsync(call.OrganisationId, before, rows, call.Aborted), last => last.Number);
        return Reply.Ok(page.Select(CheckpointView.Of));
    }

    private static async Task<IResult> CheckpointAsync(Guid id, Call call, CheckpointTable checkpoints) =>
        await checkpoints.FindAsync(call.OrganisationId, id, call.Aborted) is { } row
            ? Reply.Ok(CheckpointDetail.Of(row))
            : Reply.Refused<CheckpointDetail>(CommonErrors.NotFound("checkpoint"));

    private static async Task<IResult> TakeAsync(Call call, Checkpoints checkpoints, AuditTrail audit)
    {
        call.CheckKey(); // The key is not stored: a retry returns the same checkpoint unless something has changed.
        if (await checkpoints.TakeAsync(call.OrganisationId, call.Aborted) is not { } row)
        {
            return Reply.Refused<CheckpointView>(LedgerErrors.Empty);
        }

        var view = CheckpointView.Of(row);
        await audit.AcceptedAsync(
            call, "ledger.checkpoint-taken", view.Id,
            new Dictionary<string, string> { ["number"] = $"{view.Number}", ["root"] = view.Root });
        return Reply.Created<CheckpointView>(view, one => $"/api/v1/ledger/checkpoints/{one.Id}");
    }

    private static async Task<IResult> KeysAsync(Call call, LedgerKeys keys) =>
        Reply.Ok(new LedgerKeySet([.. (await keys.PublicAsync(call.Aborted)).Select(LedgerKeyView.Of)]));

    private static async Task<IResult> AlertsAsync(Call call, AlertTable alerts)
    {
        var page = await call.PagedQuery().PageAsync(
            "ledger-alerts", call.OrganisationId,
            (before, rows) => alerts.ListAsync(call.OrganisationId, before, rows, call.Aborted), last => (last.At, last.Id));
        return Reply.Ok(page.Select(LedgerAlertView.Of));
    }

    private static async Task<IResult> CheckAsync(
        Body<CheckLedgerRequest> body, Call call, SelfCheck check, CheckTable checks, AuditTrail audit)
    {
        call.CheckKey();
        if (body.Value.WalletId is not { } id)
        {
            var due = await checks.ForgetAsync(call.OrganisationId, call.Aborted);
            await audit.AcceptedAsync(call, "ledger.check-asked");
            return Reply.Ok(new LedgerCheckResult(0, 0, due, []));
        }

        var wallet = await call.Grain<IWalletGrain>(id).AskAsync(static grain => grain.GetAsync());
        if (!wallet.IsSuccess)
        {
            return Reply.Refused(wallet);
        }

        await audit.AcceptedAsync(call, "ledger.check-asked", id);
        var (found, alert) = await check.CheckAsync(call.Key(id), call.Aborted);
        return Reply.Ok(new LedgerCheckResult(1, found.Transactions, 0, alert is null ? [] : [LedgerAlertView.Of(alert)]));
    }
}
