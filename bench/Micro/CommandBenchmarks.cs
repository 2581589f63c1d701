using BenchmarkDotNet.Attributes;
using Platform.Grains.Engine.Entities;
using Platform.Grains.Engine.Journal;
using Platform.Grains.Wallets;
using Platform.Wallets;

namespace Platform.Micro;

/// <summary>The cost of a charge without HTTP, Orleans and the database: each pure part separately.</summary>
[MemoryDiagnoser]
public class CommandBenchmarks
{
    private static readonly DateTimeOffset Now = new(2026, 11, 21, 8, 0, 0, TimeSpan.Zero);
    private static readonly Currency Usd = Currency.Parse("USD");
    private static readonly EntityKey Key =
        new(new Guid("0192f0aa-0000-7000-8000-000000000001"), new Guid("0192f0aa-0000-7000-8000-000000000002"));

    private static readonly string KeyText = Key.ToString();
    private static readonly OperationId Operation = OperationId.FromKey("scope", "key");
    private static readonly CommandContext Caller = new(Key.OrganisationId, new Guid("0192f0aa-0000-7000-8000-000000000003"), Operation);
    private static readonly Charge Command = new(Caller, new Money(1, Usd), "bench", null, null);
    private static readonly DecisionContext Context = new(Key, 3, Caller, Now);
    private static readonly WalletState State = WalletState.Unopened.Apply(new WalletOpened(Caller.ActorId, "USD"))
        .Apply(new Deposited
        {
            TransactionId = Key.Id, Sequence = 1, Amount = 1_000_000, Currency = "USD", BalanceAfter = 1_000_000, Reference = "bank",
        });

    private const int Day = 739_000;
    private static readonly WalletEvent[] Events = WalletDecisions.Charge(State, Command, Context, Day).Events;
    private static readonly WalletDefinition Definition = new();
    private static readonly AppendChain Chain = new();
    private static readonly WalletTransaction Reply =
        Definition.Accept(Chain, State, Events, WalletDefinition.Transaction, Context, default).Reply;
    private static readonly string EventsText = System.Text.Encoding.UTF8.GetString(JournalJson.Write(Events));

    [Benchmark(Description = "Money from text")]
    public Money ParseMoney() => Money.TryParse("12.50", Usd, out var money) ? money : throw new FormatException();

    [Benchmark(Description = "Entity key to text")]
    public string BuildKey() => Key.ToString();

    [Benchmark(Description = "Entity key from text")]
    public EntityKey ParseKey() => EntityKey.Parse(KeyText);

    [Benchmark(Description = "Operation id from an Idempotency-Key")]
    public OperationId OperationFromKey() =>
        OperationId.FromKey("0192f0aa00007000800000000000001/charges/0192f0aa00007000800000000000002", "bench-1-1-1");

    [Benchmark(Description = "Hash of a command")]
    public Guid HashCommand() => CommandFingerprint.Of(Command);

    [Benchmark(Description = "Decision of a charge")]
    public Decision<WalletEvent> Decide() => WalletDecisions.Charge(State, Command, Context, Day);

    [Benchmark(Description = "Decision, fold, rows, reply and journal row of a charge")]
    public Append? Accept() => Definition.Accept(
        Chain, State, WalletDecisions.Charge(State, Command, Context, Day), WalletDefinition.Transaction, Context, default).Append;

    [Benchmark(Description = "Events to JSON")]
    public byte[] WriteEvents() => JournalJson.Write(Events);

    [Benchmark(Description = "Events from JSON")]
    public WalletEvent[] ReadEvents() => JournalJson.Read<WalletEvent[]>(EventsText);

    [Benchmark(Description = "Reply to JSON")]
    public byte[] WriteReply() => JournalJson.Write(Reply);
}
