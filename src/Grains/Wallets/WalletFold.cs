using System.Collections.Immutable;
using Platform.Wallets;

namespace Platform.Grains.Wallets;

/// <summary>Applies a transaction to the state of a wallet: its postings, then the effects of its type.</summary>
internal static class WalletFold
{
    private const int EndedKept = 64;

    public static WalletState Move(WalletState state, WalletMoved moved)
    {
        if (moved.Postings is null)
        {
            var posting = Postings.Implied(moved.Type, moved.Amount);
            state = Post(state, moved.Sequence, [posting]);
        }
        else
        {
            state = Post(state, moved.Sequence, [.. moved.Postings]);
        }

        return moved switch
        {
            HoldPlaced held => Spend(state, held) with
            {
                Holds = state.Holds.Add(
                    held.TransactionId, new OpenHold(held.Amount, held.ExpiresAt, PartsOf(held), held.Day, held.ActivityType)),
                DueFrom = Earlier(state.DueFrom, held.ExpiresAt),
            },
            WalletSpent spent => Spend(state, spent),
            HoldCaptured or HoldReleased or HoldExpired => End(state, moved),
            Refunded or Reversed => Due(state with
            {
                GivenBack = state.GivenBack.SetItem(
                    moved.RelatedId!.Value, state.GivenBack.GetValueOrDefault(moved.RelatedId.Value) + moved.Amount),
            }),
            TransferReturned { Day: { } day } => state with { Spending = state.Spending.GiveBack(day, null, moved.Amount) },
            Promoted promoted => state with
            {
                Credits = state.Credits.Add(
                    new Credit(promoted.Sequence, promoted.TransactionId, promoted.Amount, promoted.Priority, promoted.ExpiresAt)),
                DueFrom = Earlier(state.DueFrom, promoted.ExpiresAt),
            },
            LeasedIn => state with { LeaseTotal = state.LeaseTotal + moved.Amount },
            LeaseGivenBack => state with { LeaseTotal = state.LeaseTotal - moved.Amount },
            LeasedOut => Lease(state, moved.RelatedId!.Value, lease => lease.Draw(LeasedParts(moved))),
            LeaseTakenBack back => Due(Lease(state, back.ChildId, lease => lease.TakeBack(moved.Amount))),
            LeaseSettled settled => Lease(state, moved.RelatedId!.Value, lease => lease.Settle(
                LeasedParts(moved), Postings.Of(moved).Into(LedgerAccount.Leased) < 0, settled.Spent, settled.ChildVersion ?? 0)),
            CreditExpired => Due(state with { Credits = state.Credits.RemoveAll(credit => credit.Id == moved.RelatedId) }),
            _ => state,
        };
    }

    private static WalletState Post(WalletState state, long sequence, ReadOnlySpan<Posting> postings)
    {
        var (paid, held, leased, credits) = (state.Paid, state.Held, state.Leased, state.Credits);
        foreach (var posting in postings)
        {
            Move(posting.From, -posting.Amount, posting.Bucket);
            Move(posting.To, posting.Amount, posting.Bucket);
        }

        return state with { Sequence = sequence, Paid = paid, Held = held, Leased = leased, Credits = credits };

        void Move(LedgerAccount account, long amount, long bucket)
        {
            checked
            {
                switch (account)
                {
                    case LedgerAccount.Wallet:
                        paid += amount;
                        break;
                    case LedgerAccount.Held:
                        held += amount;
                        break;
                    case LedgerAccount.Leased:
                        leased += amount;
                        break;
                    case LedgerAccount.Promotional when credits.FindIndex(credit => credit.Bucket == bucket) is >= 0 and var index:
                        credits = credits.SetItem(index, credits[index] with { Remaining = credits[index].Remaining + amount });
                        break;
                    default:
                        break;
                }
            }
        }
    }

    private static WalletState Spend(WalletState state, WalletSpent spent) => spent.Day is { } day
        ? state with { Spending = state.Spending.Add(day, spent.ActivityType, spent.Amount) }
        : state;

    private static WalletState Lease(WalletState state, Guid child, Func<Lease, Lease> change) =>
        state with { Leases = state.Leases.SetItem(child, change(state.Leases.GetValueOrDefault(child, Wallets.Lease.None))) };

    // Every posting of such a movement goes into or out of the Leased account.
    private static Part[] LeasedParts(WalletMoved moved) =>
        [.. Postings.Of(moved).Select(posting => new Part(posting.Bucket, posting.Amount))];

    private static WalletState End(WalletState state, WalletMoved moved)
    {
        var id = moved.RelatedId!.Value;
        var hold = state.Holds[id];
        var unused = moved is HoldCaptured ? hold.Amount - moved.Amount : hold.Amount;
        var ended = state.Ended.Count >= EndedKept ? state.Ended.RemoveAt(0) : state.Ended;
        return Due(state with
        {
            Holds = state.Holds.Remove(id),
            Ended = ended.Add(new EndedHold(id, moved.Type)),
            Spending = hold.Day is { } day ? state.Spending.GiveBack(day, hold.ActivityType, unused) : state.Spending,
        });
    }

    private static Part[] PartsOf(HoldPlaced held) =>
        held.Postings is { } postings
            ? [.. postings.Select(posting => new Part(posting.Bucket, posting.Amount))]
            : [new Part(0, held.Amount)];

    private static WalletState Due(WalletState state)
    {
        DateTimeOffset? first = null;
        foreach (var hold in state.Holds.Values)
        {
            first = Earlier(first, hold.ExpiresAt);
        }

        foreach (var credit in state.Credits.Where(credit => credit.Remaining > 0))
        {
            first = Earlier(first, credit.ExpiresAt);
        }

        return state with { DueFrom = first };
    }

    private static DateTimeOffset? Earlier(DateTimeOffset? left, DateTimeOffset? right) =>
        left is null ? right : right is null || left < right ? left : right;
}
