using System.Globalization;
using Platform.Api.Auth;
using Platform.Api.Common;
using Platform.Grains.Wallets;
using Platform.Wallets;

namespace Platform.Api.Wallets;

/// <summary>
/// Imports the rows of a file. Each row is an operation of its own whose id follows from that of the import and its number: an upload
/// that is repeated after a crash moves what is missing, and nothing twice.
/// </summary>
public sealed class ImportRun(EntityGrains grains)
{
    private const int AtOnce = 32;

    public async Task<IReadOnlyList<ImportOutcome>> RunAsync(
        SignedIn caller, Operation operation, ImportKind kind, IReadOnlyList<ImportRow> rows, CancellationToken cancellationToken)
    {
        var outcomes = new ImportOutcome[rows.Count];
        await Parallel.ForEachAsync(rows, Options(cancellationToken), async (row, _) =>
        {
            Caller.Set(caller.OrganisationId);
            outcomes[row.Row - 1] = row.Fault is { } fault ? ImportOutcome.Of(row, fault) : await MoveAsync(caller, operation, kind, row);
        });
        return outcomes;
    }

    /// <summary>What each row would come to, as far as it can be told without moving anything.</summary>
    public async Task<IReadOnlyList<ImportOutcome>> TryAsync(SignedIn caller, IReadOnlyList<ImportRow> rows, CancellationToken cancellationToken)
    {
        var outcomes = new ImportOutcome[rows.Count];
        await Parallel.ForEachAsync(rows.GroupBy(row => row.Fault is null ? row.WalletId : Guid.Empty), Options(cancellationToken), async (wallet, _) =>
        {
            Caller.Set(caller.OrganisationId);
            var found = await GrainCalls.CallAsync(grains.Wallet(caller.OrganisationId, wallet.Key), static grain => grain.GetAsync());
            var balance = found.IsSuccess ? found.Value.Balance.Minor : 0;
            foreach (var row in wallet)
            {
                var error = row.Fault ?? Refusal(found, row, balance);
                balance += error is null ? row.Amount.Minor : 0;
                outcomes[row.Row - 1] = error is null ? ImportOutcome.WouldBe(row) : ImportOutcome.Of(row, error);
            }
        });
        return outcomes;
    }

    private async Task<ImportOutcome> MoveAsync(SignedIn caller, Operation operation, ImportKind kind, ImportRow row)
    {
        var context = new CommandContext(
            caller.OrganisationId, caller.UserId, operation.Id.Step(string.Create(CultureInfo.InvariantCulture, $"row/{row.Row}")));
        var grain = grains.Wallet(caller.OrganisationId, row.WalletId);
        var result = kind == ImportKind.Deposits
            ? await GrainCalls.CallAsync(
                grain, new Deposit(context, row.Amount, row.Reference, null), static (grain, command) => grain.DepositAsync(command))
            : await GrainCalls.CallAsync(
                grain,
                new Adjust(context, row.Amount, AdjustmentDirection.Credit, "Opening balance", row.Reference, row.EffectiveAt, null),
                static (grain, command) => grain.AdjustAsync(command));
        return result.IsSuccess ? ImportOutcome.Of(row, result.Value, result.Replayed)
            : result.Error!.Kind == ErrorKind.Unavailable ? throw new ProblemException(Problems.From(result.Error)) // Not an end: the same upload goes on from here.
            : ImportOutcome.Of(row, result.Error);
    }

    private static Error? Refusal(Result<WalletView> wallet, ImportRow row, long balance) =>
        !wallet.IsSuccess ? wallet.Error
        : row.Amount.Currency != wallet.Value.Balance.Currency ? WalletErrors.CurrencyMismatch(wallet.Value.Balance.Currency)
        : wallet.Value.Status == WalletStatus.Frozen ? WalletErrors.Frozen
        : balance > WalletDecisions.MaxBalance - row.Amount.Minor ? WalletErrors.BalanceTooLarge
        : null;

    private static ParallelOptions Options(CancellationToken cancellationToken) => new() { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken };
}
