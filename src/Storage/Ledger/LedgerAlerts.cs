using System.Diagnostics.Metrics;
using System.Globalization;
using Microsoft.Extensions.Logging;
using Platform.Grains.Engine.Audit;
using Platform.Grains.Engine.Registration;
using Platform.Grains.Ledger;
using Platform.Wallets;

namespace Platform.Storage.Ledger;

/// <summary>
/// Handles faults in the ledger: freezes only the affected wallet, and raises an alert by a row, an audit entry, an error in the log and a
/// counter. Each fault is raised once, so that a wallet that was unfrozen stays so.
/// </summary>
[Singleton]
public sealed partial class LedgerAlerts(AlertTable alerts, IGrainFactory grains, TimeProvider time, ILogger<LedgerAlerts> logger)
{
    private const int MaxDetail = 400;
    private static readonly Meter Meter = new("Platform.Ledger");

    private static readonly Counter<long> Mismatches = Meter.CreateCounter<long>(
        "platform.ledger.mismatch", "{finding}", "Findings of the ledger self-check.");

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

    // An unreadable event may come from a newer build, so it raises an alert but does not freeze the wallet.
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
#pragma warning disable CA1031 // A wallet with a damaged journal may not load; the alert must be raised anyway.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            LogNotFrozen(logger, wallet, exception);
            return false;
        }
    }

    // The next command rewrites the wallet's row, so the same fault on another day is a new finding.
    private static OperationId OperationOf(Guid organisationId, LedgerFault fault, DateTimeOffset now) => OperationId.FromKey(
        $"ledger-alert/{organisationId}/{fault.WalletId}",
        string.Create(
            CultureInfo.InvariantCulture,
            $"{fault.Kind}/{fault.Sequence}/{fault.Detail}{(fault.Kind == FaultKind.Wallet ? $"/{now.UtcDateTime:yyyy-MM-dd}" : "")}"));

    private static AuditRow AuditOf(AlertRow alert) => new(
        alert.OrganisationId, alert.At, alert.Id, Caller.Platform, "ledger.mismatch", null,
        alert.Fault.WalletId is null ? "ledger" : "wallet", alert.Fault.WalletId,
        new Origin(null, null, null, ActorKind.System),
        AuditEntry.Of(
            "ledger.mismatch", ("kind", alert.Fault.Kind), ("sequence", alert.Fault.Sequence), ("detail", alert.Fault.Detail),
            ("frozen", alert.Frozen ? "yes" : "no")).Details);

    [LoggerMessage(1, LogLevel.Error, "The ledger of organisation {OrganisationId} has a fault: {Fault}. Wallet frozen: {Frozen}.")]
    private static partial void LogMismatch(ILogger logger, Guid organisationId, LedgerFault fault, bool frozen);

    [LoggerMessage(2, LogLevel.Error, "The wallet {WalletId} has a ledger fault but could not be frozen.")]
    private static partial void LogNotFrozen(ILogger logger, Guid walletId, Exception exception);
}
