using Platform.Grains.Engine.Entities;
using Platform.Grains.Engine.Journal;
using Platform.Wallets;

namespace Platform.Grains.Wallets;

/// <summary>
/// The first commands of a wallet that does not exist, as they would be written: opened, a deposit, a charge. For a writer that tries
/// its statements out and takes them back. Every call makes another wallet, of an organisation that cannot exist.
/// </summary>
public static class WalletRehearsal
{
    /// <summary>
    /// Sorts before every real one. Indexes keep the entries of a transaction that was rolled back for a while, and to the right of the
    /// last organisation they would spoil the splitting of its pages: 5 % more WAL for each charge, when they were.
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
