using Platform.Activities;

namespace Platform;

/// <summary>Ids, instants and amounts that the examples share, so that they are consistent.</summary>
public static class Sample
{
    public static readonly DateTimeOffset At = new(2026, 11, 21, 9, 30, 0, TimeSpan.Zero);
    public static readonly Guid OrganisationId = new("01932f3a-7c00-7000-8000-0000000000a1");
    public static readonly Guid UserId = new("01932f3a-7c00-7000-8000-0000000000b2");
    public static readonly Guid WalletId = new("01932f3a-7c00-7000-8000-0000000000c3");
    public static readonly Guid TransactionId = new("01932f3a-7c00-7000-8000-0000000000d4");
    public static readonly OperationId OperationId = new(new Guid("01932f3a-7c00-7000-8000-0000000000e5"));
    public static readonly IReadOnlyDictionary<string, string> Metadata = new Dictionary<string, string> { ["order"] = "A-1042" };
    public const string Hash = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

    public static Money Usd(long cents) => new(cents, Currency.Parse("USD"));

    public static UnitPrice Each(long cents) => new(cents, Currency.Parse("USD"));
}
