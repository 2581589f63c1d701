using Platform.Api.Http;
using Platform.Api.Security;
using Platform.Grains.Engine.Registration;
using Platform.Storage.Wallets;
using Platform.Wallets;

namespace Platform.Api.Wallets;

/// <summary>
/// Books the rows that the plan accepts. Each row's operation id is derived from the import's operation and the row number, so that an
/// upload repeated after a crash books the missing rows and none twice. An atomic import books only if the plan accepts every row; if a
/// wallet changed meanwhile and still refuses one, the booked rows are reversed.
/// </summary>
[Singleton]
public sealed class ImportRun(ImportPlan plan, LedgerQueries ledger)
{
    public async Task<IReadOnlyList<ImportOutcome>> RunAsync(
        Call call, CommandContext import, ImportTerms terms, IReadOnlyList<ImportRow> rows)
    {
        var outcomes = await plan.MakeAsync(call, import.Operation, terms, rows);
        var good = rows.Where(row => outcomes[row.Row - 1].Status == ImportOutcome.WouldAccept).ToList();
        await EachAsync(good, async row => outcomes[row.Row - 1] = await BookAsync(call, import, terms, row));
        if (terms.Atomic && good.Exists(row => outcomes[row.Row - 1].Status != ImportOutcome.Accepted))
        {
            var booked = good.Where(row => outcomes[row.Row - 1].Status == ImportOutcome.Accepted);
            await EachAsync(booked, async row =>
                outcomes[row.Row - 1] = await ReverseAsync(call, import, row, outcomes[row.Row - 1].TransactionId!.Value));
        }

        return outcomes;

        Task EachAsync(IEnumerable<ImportRow> some, Func<ImportRow, Task> act) =>
            Parallel.ForEachAsync(some, ImportPlan.Options(call.Aborted), async (row, _) => await act(row));
    }

    private static async Task<ImportOutcome> BookAsync(Call call, CommandContext import, ImportTerms terms, ImportRow row)
    {
        var context = import with { Operation = row.OperationOf(import.Operation) };
        var grain = call.Grain<IWalletGrain>(row.WalletId);
        var result = terms.Kind == ImportKind.Deposits
            ? await grain.AskAsync(
                new Deposit(context with { Origin = null }, row.Amount, row.Reference, null, terms.UniqueReferences),
                static (grain, command) => grain.DepositAsync(command))
            : await grain.AskAsync(
                new Adjust(
                    context, row.Amount, AdjustmentDirection.Credit, "Opening balance", row.Reference, row.EffectiveAt, null,
                    terms.UniqueReferences),
                static (grain, command) => grain.AdjustAsync(command));
        return result.IsSuccess ? ImportOutcome.Of(row, result.Value) : ImportOutcome.Of(row, Final(result.Error));
    }

    private async Task<ImportOutcome> ReverseAsync(Call call, CommandContext import, ImportRow row, Guid transaction)
    {
        var booked = await ledger.FindAsync(import.OrganisationId, transaction, CancellationToken.None);
        var command = new Reverse(
            (import with { Operation = row.OperationOf(import.Operation) }).Step("take-back"), transaction, booked!.Version,
            "Import of all rows or none", EvenIfFrozen: true);
        var reversed = await call.Grain<IWalletGrain>(row.WalletId)
            .AskAsync(command, static (grain, command) => grain.ReverseAsync(command));
        return reversed.IsSuccess ? ImportOutcome.NotBooked(row) : ImportOutcome.NotTakenBack(row, transaction, Final(reversed.Error));
    }

    // An unavailable wallet fails the whole request; repeating the same upload continues from here.
    private static Error Final(Error error) =>
        error.Kind == ErrorKind.Unavailable ? throw new ProblemException(Problems.From(error)) : error;
}
