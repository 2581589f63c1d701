using Platform.Grains.Engine.Entities;
using Platform.Wallets;
using static Platform.Wallets.LedgerAccount;

namespace Platform.Grains.Wallets;

/// <summary>
/// Collects the events of one decision in order: first the expiries that are due, then the requested movement. Each movement gets its
/// sequence, id and resulting balances. If the decision is refused, the events are discarded.
/// </summary>
internal sealed class WalletEventBuilder
{
    private readonly DecisionContext _context;
    private readonly List<WalletEvent> _events = new(1);
    private int _ordinal;

    private WalletEventBuilder(WalletState state, DecisionContext context) => (State, _context) = (state, context);

    /// <summary>The wallet after the events added so far.</summary>
    public WalletState State { get; private set; }

    public static WalletEventBuilder Begin(WalletState state, DecisionContext context)
    {
        var builder = new WalletEventBuilder(state, context);
        if (state.DueFrom <= context.Now)
        {
            builder.Expire();
        }

        return builder;
    }

    private void Expire()
    {
        foreach (var (id, hold) in State.Holds.Where(hold => hold.Value.ExpiresAt <= _context.Now).OrderBy(hold => hold.Value.ExpiresAt)
            .ThenBy(hold => hold.Key))
        {
            Add(new HoldExpired { RelatedId = id, Amount = hold.Amount, Postings = GiveBack(hold.Parts) }, NextId());
        }

        foreach (var credit in State.Credits.Where(credit => credit.IsDue(_context.Now) && credit.Remaining > 0)
            .OrderBy(credit => credit.Bucket).ToList())
        {
            Add(
                new CreditExpired
                {
                    RelatedId = credit.Id, Amount = credit.Remaining,
                    Postings = [new Posting(Promotional, Expired, credit.Remaining, credit.Bucket)],
                },
                NextId());
        }
    }

    /// <summary>Drops expired credits with nothing remaining, to make room for new ones.</summary>
    public void DropUsedUp()
    {
        long[] used =
            [.. State.Credits.Where(credit => credit.Remaining == 0 && credit.IsDue(_context.Now)).Select(credit => credit.Bucket)];
        if (used.Length > 0)
        {
            var dropped = new CreditsDropped(used);
            _events.Add(dropped);
            State = State.Apply(dropped);
        }
    }

    /// <summary>Returns all events so far and then the requested movement.</summary>
    public Decision<WalletEvent> Accept(WalletMoved asked)
    {
        Add(asked, _context.Caller.Operation.NewId(_context.Now));
        return Accept();
    }

    /// <summary>Returns all events so far and then changes that move no money.</summary>
    public Decision<WalletEvent> Accept(WalletEvent[] changes)
    {
        _events.AddRange(changes);
        return Accept();
    }

    /// <summary>Returns all events so far.</summary>
    public Decision<WalletEvent> Accept() => _events.ToArray();

    /// <summary>Adds a movement that precedes the requested one.</summary>
    public void AddBefore(WalletMoved moved) => Add(moved, NextId());

    /// <summary>Returns held or leased money to the buckets it came from. Money of expired credit goes to the Expired account.</summary>
    public List<Posting> GiveBack(IReadOnlyList<Part> parts, LedgerAccount from = Held) =>
        [.. parts.Select(part => new Posting(from, AccountOf(part.Bucket), part.Amount, part.Bucket))];

    /// <summary>The account that returned money of a bucket goes to: Expired if the credit has expired.</summary>
    public LedgerAccount AccountOf(long bucket) =>
        bucket == 0
            ? Wallet
            : State.Credits.Exists(credit => credit.Bucket == bucket && !credit.IsDue(_context.Now))
            ? Promotional
            : Expired;

    private Guid NextId() => _context.Caller.Operation.NewId(_context.Now, ++_ordinal);

    private void Add(WalletMoved draft, Guid id)
    {
        var postings = draft.Postings is [var only] && only == Postings.Implied(draft.Type, draft.Amount) ? null : draft.Postings;
        draft =
            draft with { TransactionId = id, Sequence = State.Sequence + 1, Currency = State.Currency!.Value.Code, Postings = postings };
        var after = State.Apply(draft);
        var stamped = draft with
        {
            BalanceAfter = after.Balance,
            HeldAfter = after.Held == 0 ? null : after.Held,
            AvailableAfter = after.Available == after.Balance ? null : after.Available,
        };
        _events.Add(stamped);
        State = after;
    }
}
