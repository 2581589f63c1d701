using Platform.Grains.Common.Entities;
using Platform.Grains.Common.Journal;
using Platform.Wallets;

namespace Platform.Grains.Wallets;

/// <summary>
/// The first commands of a wallet that does not exist, as they would be written: opened, a deposit, a charge. For a writer that tries
/// its statements out and takes them back. Every call makes another wallet of another organisation.
/// </summary>
public static class WalletRehearsal
{
    public static IReadOnlyList<Append> Appends(TimeProvider time)
    {
        var definition = new WalletDefinition();
        var key = new EntityKey(Guid.CreateVersion7(time.GetUtcNow()), Guid.CreateVersion7(time.GetUtcNow()));
        var chain = new AppendChain();
        var appends = new List<Append>();
        var state = definition.Initial;
        var cent = new Money(1, Currency.Parse("USD"));
        Decide(caller => new OpenWallet(caller, key.Id, "USD"), WalletDecisions.Open);
        Decide(caller => new Deposit(caller, cent, "rehearsal", null), WalletDecisions.Deposit);
        Decide(caller => new Charge(caller, cent, "rehearsal", null, null), static (wallet, command, context) => WalletDecisions.Charge(wallet, command, context, 0));
        return appends;

        void Decide<TCommand, TReply>(Func<CommandContext, TCommand> make, Func<WalletState, TCommand, DecisionContext, Decision<WalletEvent, TReply>> decide)
            where TCommand : Command
        {
            var command = make(new CommandContext(key.OrganisationId, key.Id, OperationId.Fresh(time)));
            var context = new DecisionContext(key, appends.Count + 1, command.Context, time.GetUtcNow());
            var decision = decide(state, command, context);
            WalletEvent[] events = [.. decision.Events];
            var projected = Projected.From(context);
            var after = definition.Fold(state, events, projected);
            appends.Add(new Append(
                chain, key, definition.Type, context.NextVersion, command.Context.Operation, CommandFingerprint.Of(command), key.Id, context.Now,
                JournalJson.Write(events), definition.ReplyOf(events, projected) is null ? JournalJson.Write(decision.Reply) : null, false,
                definition.Rows(state, after, events, projected, out _)));
            state = after;
        }
    }
}
