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
    public void A_command_with_another_value_is_different_and_the_members_are_named(string[] differing, Charge other)
    {
        var kept = CommandFingerprint.Of(Charged);
        Assert.False(CommandFingerprint.IsSame(CommandFingerprint.Of(other), kept));
        Assert.Equal(differing, CommandFingerprint.Differences(other, kept));
    }

    [Fact]
    public void The_context_of_a_command_is_not_part_of_its_fingerprint()
    {
        var context = new CommandContext(
            Guid.Parse("00000000-0000-7000-8000-0000000000aa"),
            Guid.Parse("00000000-0000-7000-8000-0000000000bb"),
            OperationId.Fresh(TimeProvider.System));
        var same = Charged with { Context = context };
        Assert.Equal(CommandFingerprint.Of(Charged), CommandFingerprint.Of(same));
        Assert.Empty(CommandFingerprint.Differences(same, CommandFingerprint.Of(Charged)));
    }

    [Fact]
    public void No_member_is_named_for_a_command_of_another_type()
    {
        var deposit = new Deposit(default, Charged.Amount, "reason", null);
        Assert.False(CommandFingerprint.IsSame(CommandFingerprint.Of(deposit), CommandFingerprint.Of(Charged)));
        Assert.Empty(CommandFingerprint.Differences(deposit, CommandFingerprint.Of(Charged)));
    }

    // Members that are deliberately not part of the fingerprint. Add one only if a retry may change it.
    private static readonly string[] Excluded =
    [
        "AddKey/SecretHash", "Adjust/UniqueReference", "Deposit/UniqueReference", "PerformActivity/Price", "PerformActivity/TimeZone",
        "ReturnTransfer/Day", "ReturnTransfer/Refusal", "Reverse/EvenIfFrozen", "SetGrants/CheckedVersion",
    ];

    public static TheoryData<Type> Commands =>
        [.. typeof(Command).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(Command)) && !type.IsAbstract)];

    // If the fingerprint ignores a member, a second request with the same key may change it without being refused.
    [Theory]
    [MemberData(nameof(Commands))]
    public void Another_value_of_any_member_makes_another_command(Type type)
    {
        var kept = CommandFingerprint.Of((Command)Variants.Of(type)!);
        foreach (var member in Variants.Members(type).Where(member => member.ParameterType != typeof(CommandContext)))
        {
            var ignored = type.GetProperty(member.Name!)!.IsDefined(typeof(JsonIgnoreAttribute), inherit: true);
            Assert.True(ignored == Excluded.Contains($"{type.Name}/{member.Name}"), $"{type.Name}/{member.Name}");
            foreach (var (place, value) in Variants.OthersOf(member.ParameterType))
            {
                var same = CommandFingerprint.IsSame(CommandFingerprint.Of((Command)Variants.With(type, member, value)), kept);
                Assert.True(same == ignored, $"{type.Name}/{member.Name}{place}");
            }
        }
    }

    // Older journals, from before members had their own bytes, have the first 16 bytes of the hash.
    [Fact]
    public void A_command_equals_one_stored_with_the_older_hash()
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
            var constructor = type.GetConstructors().MaxBy(constructor => constructor.GetParameters().Length)!;
            var values = constructor.GetParameters().Select(parameter =>
                parameter.ParameterType == typeof(string) ? "text"
                : parameter.ParameterType.IsValueType ? Activator.CreateInstance(parameter.ParameterType)
                : null);
            var command = (Command)constructor.Invoke([.. values]);
            Assert.Empty(CommandFingerprint.Differences(command, CommandFingerprint.Of(command)));
        });
    }
}
