using Platform.Grains.Engine.Entities;
using Platform.Grains.Engine.Journal;
using Platform.Wallets;

namespace Platform.Grains.Wallets;

/// <summary>
/// Builds appends for a writer that warms up its statements in a transaction that is rolled back: a wallet is opened, a deposit, a charge.
/// Each call uses a new wallet of an organisation that cannot exist.
/// </summary>
public static class WalletRehearsal
{
    /// <summary>
    /// Sorts before every real organisation. Indexes keep entries of a rolled back transaction for a while; after the last organisation
    /// they would disturb page splits there (measured: 5 % more WAL per charge).
    /// </summary>
    public static readonly Guid Organisation = new("00000000-0000-7000-8000-000000000000");

    public static IReadOnlyList<Append> Appends(TimeProvider time)
    {
        var definition = new WalletDefinition();
        var key = new EntityKey(Organisation, Guid.CreateVersion7(time.GetUtcNow()));
        var chain = new AppendChain();
        var appends = new List<Append>();
        var state = definition.Initial;
        var cent = new Money(1, Currency.Parse("USD"));
        Decide(caller => new OpenWallet(caller, key.Id, "USD"), WalletDecisions.Open, WalletDefinition.View);
        Decide(
            caller => new Deposit(caller, cent, "rehearsal", null),
            static (wallet, command, context) => WalletDecisions.Deposit(wallet, command, context), WalletDefinition.Transaction);
        Decide(
            caller => new Charge(caller, cent, "rehearsal", null, null),
            static (wallet, command, context) => WalletDecisions.Charge(wallet, command, context, 0), WalletDefinition.Transaction);
        return appends;

        void Decide<TCommand, TReply>(
            Func<CommandContext, TCommand> make, Func<WalletState, TCommand, DecisionContext, Decision<WalletEvent>> decide,
            Reply<WalletState, WalletEvent, TReply> reply)
            where TCommand : Command
        {
            var command = make(new CommandContext(key.OrganisationId, key.Id, OperationId.Fresh(time)));
            var context = new DecisionContext(key, appends.Count + 1, command.Context, time.GetUtcNow());
            var decision = decide(state, command, context);
            (state, _, var append) = definition.Accept(chain, state, decision, reply, context, CommandFingerprint.Of(command));
            appends.Add(append!);
        }
    }
}
