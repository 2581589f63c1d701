using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using Platform.Grains.Engine.Entities;
using Platform.Wallets;

namespace Platform.Grains.UnitTests.Engine.Entities;

public sealed class CommandFingerprintTests
{
    private static readonly Charge Charged = new(
        default, new Money(5, Currency.Parse("USD")), "reason", "reference", new Dictionary<string, string> { ["a"] = "b" }, "report");

    public static TheoryData<string[], Charge> Others => new()
    {
        { ["/amount"], Charged with { Amount = new Money(6, Currency.Parse("USD")) } },
        { ["/amount"], Charged with { Amount = new Money(5, Currency.Parse("EUR")) } },
        { ["/reason"], Charged with { Reason = "other" } },
        { ["/reference"], Charged with { Reference = null } },
        { ["/reference"], Charged with { Reference = "r" } },
        { ["/metadata"], Charged with { Metadata = null } },
        { ["/metadata"], Charged with { Metadata = new Dictionary<string, string> { ["a"] = "c" } } },
        { ["/activityType"], Charged with { ActivityType = null } },
        { ["/amount", "/activityType"], Charged with { Amount = new Money(7, Currency.Parse("USD")), ActivityType = "other" } },
    };

    [Theory]
    [MemberData(nameof(Others))]
    public void A_command_that_differs_is_another_one_and_what_differs_is_named(string[] differing, Charge other)
    {
        var kept = CommandFingerprint.Of(Charged);
        Assert.False(CommandFingerprint.IsSame(CommandFingerprint.Of(other), kept));
        Assert.Equal(differing, CommandFingerprint.Differences(other, kept));
    }

    [Fact]
    public void Who_sends_a_command_is_no_part_of_it()
    {
        var same = Charged with { Context = new CommandContext(Guid.Parse("00000000-0000-7000-8000-0000000000aa"), Guid.Parse("00000000-0000-7000-8000-0000000000bb"), OperationId.Fresh(TimeProvider.System)) };
        Assert.Equal(CommandFingerprint.Of(Charged), CommandFingerprint.Of(same));
        Assert.Empty(CommandFingerprint.Differences(same, CommandFingerprint.Of(Charged)));
    }

    [Fact]
    public void Of_a_command_of_another_type_no_member_is_named()
    {
        var deposit = new Deposit(default, Charged.Amount, "reason", null);
        Assert.False(CommandFingerprint.IsSame(CommandFingerprint.Of(deposit), CommandFingerprint.Of(Charged)));
        Assert.Empty(CommandFingerprint.Differences(deposit, CommandFingerprint.Of(Charged)));
    }

    // What is no part of a command on purpose: a new one must be put here with open eyes.
    private static readonly string[] NoParts =
    [
        "AddKey/SecretHash", "Adjust/UniqueReference", "Deposit/UniqueReference", "PerformActivity/Price", "PerformActivity/TimeZone",
        "ReturnTransfer/Day", "ReturnTransfer/Refusal", "Reverse/EvenIfFrozen", "SetGrants/CheckedVersion",
    ];

    public static TheoryData<Type> Commands =>
        [.. typeof(Command).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(Command)) && !type.IsAbstract)];

    // A member that the fingerprint does not see is one that a second request with the same key may change and not be refused.
    [Theory]
    [MemberData(nameof(Commands))]
    public void Another_value_of_any_member_makes_another_command(Type type)
    {
        var kept = CommandFingerprint.Of((Command)Variants.Of(type)!);
        foreach (var member in Variants.Members(type).Where(member => member.ParameterType != typeof(CommandContext)))
        {
            var ignored = type.GetProperty(member.Name!)!.IsDefined(typeof(JsonIgnoreAttribute), inherit: true);
            Assert.True(ignored == NoParts.Contains($"{type.Name}/{member.Name}"), $"{type.Name}/{member.Name}");
            foreach (var (place, value) in Variants.OthersOf(member.ParameterType))
            {
                var same = CommandFingerprint.IsSame(CommandFingerprint.Of((Command)Variants.With(type, member, value)), kept);
                Assert.True(same == ignored, $"{type.Name}/{member.Name}{place}");
            }
        }
    }

    // Journals from before the members had bytes of their own hold the first 16 of the hash.
    [Fact]
    public void A_command_is_the_same_as_one_of_which_the_whole_hash_was_kept()
    {
        var json = $"[\"Charge\",{JsonSerializer.Serialize(Charged, JournalJson.Options)}]";
        var kept = new Guid(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(json)).AsSpan(0, 16), bigEndian: true);
        Assert.True(CommandFingerprint.IsSame(CommandFingerprint.Of(Charged), kept));
    }

    [Fact]
    public void Every_command_of_the_platform_has_a_fingerprint()
    {
        var types = typeof(Command).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(Command)) && !type.IsAbstract).ToList();
        Assert.True(types.Count > 50);
        Assert.All(types, type =>
        {
            var values = type.GetConstructors().MaxBy(made => made.GetParameters().Length)!.GetParameters()
                .Select(parameter => parameter.ParameterType == typeof(string) ? "text" : parameter.ParameterType.IsValueType ? Activator.CreateInstance(parameter.ParameterType) : null);
            var command = (Command)type.GetConstructors().MaxBy(made => made.GetParameters().Length)!.Invoke([.. values]);
            Assert.Empty(CommandFingerprint.Differences(command, CommandFingerprint.Of(command)));
        });
    }
}
