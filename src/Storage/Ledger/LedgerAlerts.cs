using System.Diagnostics.Metrics;
using System.Globalization;
using Microsoft.Extensions.Logging;
using Platform.Grains.Engine.Audit;
using Platform.Grains.Engine.Registration;
using Platform.Grains.Ledger;
using Platform.Wallets;

namespace Platform.Storage.Ledger;

/// <summary>
/// What happens where the ledger is not what it should be: the wallet, and no other, is frozen, and people are told by a row, the audit
/// log, an error in the log and a counter. Once for each finding, however often it is found: whoever unfreezes the wallet has decided.
/// </summary>
[Singleton]
public sealed partial class LedgerAlerts(AlertTable alerts, IGrainFactory grains, TimeProvider time, ILogger<LedgerAlerts> logger)
{
    private const int MaxDetail = 400;
    private static readonly Meter Meter = new("Platform.Ledger");

    private static readonly Counter<long> Mismatches = Meter.CreateCounter<long>(
        "platform.ledger.mismatch", "{finding}", "Findings of the ledger's self-check.");

    public async Task<AlertRow> RaiseAsync(Guid organisationId, LedgerFault fault, CancellationToken cancellationToken)
    {
        fault = fault with { Detail = Text.OneLine(fault.Detail, MaxDetail) };
        var now = time.GetUtcNow();
        var finding = OperationOf(organisationId, fault, now);
        var frozen = await FreezeAsync(organisationId, fault, finding);
        var alert = new AlertRow(organisationId, finding.Value, now, fault, frozen);
        if (await alerts.AddAsync(alert, AuditOf(alert), cancellationToken))
        {
            Mismatches.Add(1, new KeyValuePair<string, object?>("kind", fault.Kind.ToString()));
            LogMismatch(logger, organisationId, fault, frozen);
        }

        return alert;
    }

    // Unreadable may be an event of a newer build beside this one: people must look, and money may move on.
    private async Task<bool> FreezeAsync(Guid organisationId, LedgerFault fault, OperationId finding)
    {
        if (fault.WalletId is not { } wallet || fault.Kind == FaultKind.Unreadable)
        {
            return false;
        }

        try
        {
            Caller.Set(organisationId);
            var frozen = await grains.GetGrain<IWalletGrain>(new EntityKey(organisationId, wallet).ToString())
                .FreezeAsync(new Freeze(new CommandContext(organisationId, Caller.Platform, finding), $"self-check: {fault.Detail}"));
            return frozen.IsSuccess || frozen.Error?.Code == WalletErrors.Frozen.Code;
        }
#pragma warning disable CA1031 // A wallet whose journal is damaged may not even load; people must be told all the same.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            LogNotFrozen(logger, wallet, exception);
            return false;
        }
    }

    // The row of a wallet is written anew by its next command: the same change on another day is another finding.
    private static OperationId OperationOf(Guid organisationId, LedgerFault fault, DateTimeOffset now) => OperationId.FromKey(
        $"ledger-alert/{organisationId}/{fault.WalletId}",
        string.Create(CultureInfo.InvariantCulture, $"{fault.Kind}/{fault.Sequence}/{fault.Detail}{(fault.Kind == FaultKind.Wallet ? $"/{now.UtcDateTime:yyyy-MM-dd}" : "")}"));

    private static AuditRow AuditOf(AlertRow alert) => new(
        alert.OrganisationId, alert.At, alert.Id, Caller.Platform, "ledger.mismatch", null, alert.Fault.WalletId is null ? "ledger" : "wallet", alert.Fault.WalletId,
        new Origin(null, null, null, ActorKind.System),
        AuditEntry.Of(
            "ledger.mismatch", ("kind", alert.Fault.Kind), ("sequence", alert.Fault.Sequence), ("detail", alert.Fault.Detail),
            ("frozen", alert.Frozen ? "yes" : "no")).Details);

    [LoggerMessage(1, LogLevel.Error, "The ledger of organisation {OrganisationId} is not what it should be: {Fault}. Frozen: {Frozen}.")]
    private static partial void LogMismatch(ILogger logger, Guid organisationId, LedgerFault fault, bool frozen);

    [LoggerMessage(2, LogLevel.Error, "The wallet {WalletId}, which is not what it should be, could not be frozen.")]
    private static partial void LogNotFrozen(ILogger logger, Guid walletId, Exception exception);
}
