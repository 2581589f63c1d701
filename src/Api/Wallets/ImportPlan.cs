using Platform.Api.Http;
using Platform.Api.Security;
using Platform.Grains.Engine.Registration;
using Platform.Grains.Wallets;
using Platform.Storage.Wallets;
using Platform.Wallets;

namespace Platform.Api.Wallets;

/// <summary>
/// Predicts the outcome of each row of a file without moving money. A dry run returns the plan, and a run books the rows that the plan
/// accepts, so that both report the same.
/// </summary>
[Singleton]
public sealed class ImportPlan(LedgerQueries ledger)
{
    internal const int AtOnce = 32;

    /// <summary>
    /// Makes the plan. Given the import's operation, it also accepts rows that an earlier attempt of the same import booked.
    /// </summary>
    public async Task<ImportOutcome[]> MakeAsync(Call call, OperationId? import, ImportTerms terms, IReadOnlyList<ImportRow> rows)
    {
        var existing = await ExistingAsync(call, import, terms, rows);
        var outcomes = new ImportOutcome[rows.Count];
        var wallets = rows.GroupBy(row => row.Fault is null ? row.WalletId : Guid.Empty);
        await Parallel.ForEachAsync(wallets, Options(call.Aborted), async (wallet, _) =>
        {
            var found = await call.Grain<IWalletGrain>(wallet.Key).AskAsync(static grain => grain.GetAsync());
            if (found.Error is { Kind: ErrorKind.Unavailable } unavailable)
            {
                throw new ProblemException(Problems.From(unavailable));
            }

            var balance = found.Value?.Balance.Minor ?? 0;
            var inFile = new HashSet<string>(StringComparer.Ordinal);
            foreach (var row in wallet)
            {
                var outcome = OutcomeOf(row, found, balance, existing[new LedgerReference(row.WalletId, row.Reference)], inFile);
                if (outcome.Status == ImportOutcome.WouldAccept)
                {
                    inFile.Add(row.Reference);
                    balance += row.Amount.Minor;
                }

                outcomes[row.Row - 1] = outcome;
            }
        });
        return terms.Atomic && outcomes.Any(outcome => outcome.Status != ImportOutcome.WouldAccept)
            ? [.. rows.Zip(
                outcomes, (row, outcome) => outcome.Status == ImportOutcome.WouldAccept ? ImportOutcome.NotBooked(row) : outcome)]
            : outcomes;

        ImportOutcome OutcomeOf(
            ImportRow row, Result<WalletView> wallet, long balance, IEnumerable<ReferencedTransaction> booked, HashSet<string> inFile)
        {
            var own = import is { } id ? row.OperationOf(id) : (OperationId?)null;
            if (row.Fault is null && booked.Any(line => line.Operation == own))
            {
                return ImportOutcome.Acceptable(row);
            }

            return (row.Fault ?? Refusal(wallet, terms.Kind, row)) is { } error ? ImportOutcome.Of(row, error)
                : terms.UniqueReferences && booked.FirstOrDefault() is { } line ? ImportOutcome.DuplicateOf(row, line.TransactionId)
                : terms.UniqueReferences && inFile.Contains(row.Reference) ? ImportOutcome.DuplicateOf(row, null)
                : balance > WalletDecisions.MaxBalance - row.Amount.Minor ? ImportOutcome.Of(row, WalletErrors.BalanceTooLarge)
                : ImportOutcome.Acceptable(row);
        }
    }

    internal static ParallelOptions Options(CancellationToken cancellationToken) =>
        new() { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken };

    private async Task<ILookup<LedgerReference, ReferencedTransaction>> ExistingAsync(
        Call call, OperationId? import, ImportTerms terms, IReadOnlyList<ImportRow> rows)
    {
        var asked = terms.UniqueReferences || import is not null
            ? rows.Where(row => row.Fault is null).Select(row => new LedgerReference(row.WalletId, row.Reference)).Distinct().ToList()
            : [];
        var found = asked.Count == 0 ? [] : await ledger.ReferencesAsync(call.OrganisationId, asked, call.Aborted);
        return found.ToLookup(line => line.Reference);
    }

    // The same rules as in the decisions: a frozen wallet accepts adjustments but no deposits.
    private static Error? Refusal(Result<WalletView> wallet, ImportKind kind, ImportRow row) =>
        !wallet.IsSuccess ? wallet.Error
        : row.Amount.Currency != wallet.Value.Balance.Currency ? WalletErrors.CurrencyMismatch(wallet.Value.Balance.Currency)
        : wallet.Value.Status == WalletStatus.Frozen && kind == ImportKind.Deposits ? WalletErrors.Frozen
        : wallet.Value.ParentId is not null ? WalletErrors.Leased
        : null;
}
