using Platform.Grains.Engine.Entities;
using Platform.Wallets;

namespace Platform.Grains.Wallets;

/// <summary>
/// Transfers. The receiver is asked first, so that a refusal leaves no ledger line. The first leg is durable before the second is sent. If
/// the receiver then refuses because it changed meanwhile, the first leg is returned, which leaves two lines. Each step has its own
/// operation id, so that a caller's retry or <c>TransferProcessGrain</c> can finish after a crash.
/// </summary>
internal sealed partial class WalletGrain
{
    public async Task<Result<TransferView>> TransferAsync(Transfer command)
    {
        var zone = await zones.OfAsync(GrainFactory, Key.OrganisationId);
        var receiver = TransferDecisions.Refusal(await Of(command.ToWalletId).GetAsync(), command.Amount);
        if (receiver is { Kind: ErrorKind.Unavailable })
        {
            return receiver;
        }

        var sent = await ExecuteAsync(
            command, (state, context) => TransferDecisions.Send(state, command, context, zone.DayOf(context.Now), receiver),
            WalletDefinition.Transaction);
        if (!sent.IsSuccess)
        {
            return new Result<TransferView>(null, sent.Error, sent.Replayed);
        }

        var leg = new TransferredOut
        {
            TransactionId = sent.Value.Id, Amount = command.Amount.Minor, Currency = command.Amount.Currency.Code,
            ToWalletId = command.ToWalletId,
            Reason = command.Reason, Reference = command.Reference,
            Day = zone.DayOf(sent.Value.KnownAt),
        };
        var accepted = new AcceptedCommand(Key, 0, command.Context.Operation, command.Context.ActorId, sent.Value.KnownAt);
        var finished = await FinishAsync(leg, sent.Value, accepted);
        return finished with { Replayed = sent.Replayed };
    }

    public Task<Result<WalletTransaction>> ReceiveAsync(ReceiveTransfer command) =>
        ExecuteAsync(command, TransferDecisions.Receive, WalletDefinition.Transaction);

    public async Task<Result<TransferView>> FinishTransferAsync(long version)
    {
        if (await EntryAsync(version) is not { } entry ||
            JournalJson.Read<WalletEvent[]>(entry.Events).OfType<TransferredOut>().FirstOrDefault() is not { } leg)
        {
            return CommonErrors.NotFound("transfer");
        }

        var command = AcceptedCommand.From(entry);
        return await FinishAsync(leg, WalletDecisions.ToTransaction(leg, command), command);
    }

    private async Task<Result<TransferView>> FinishAsync(TransferredOut leg, WalletTransaction sent, AcceptedCommand command)
    {
        var receipt = TransferDecisions.ReceiptOf(leg, command);
        var received = await Of(leg.ToWalletId).ReceiveAsync(receipt);
        if (received.IsSuccess)
        {
            return new TransferView(sent.Id, Key.Id, leg.ToWalletId, sent.Amount, leg.Reason, sent.At, sent, received.Value);
        }

        if (received.Error.Kind == ErrorKind.Unavailable)
        {
            return received.Error;
        }

        var back = TransferDecisions.ReturnOf(leg, command, received.Error);
        var returned = await ExecuteAsync(back, TransferDecisions.Return, WalletDefinition.Transaction);
        return returned.IsSuccess ? received.Error : returned.Error;
    }
}
