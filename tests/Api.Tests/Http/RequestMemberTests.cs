using System.Reflection;
using System.Reflection.Emit;
using System.Text.Json.Serialization;
using Platform.Api.Http;
using Platform.Api.Wallets;
using Platform.Grains.Engine.Entities;
using Platform.Wallets;

namespace Platform.Api.Tests.Http;

/// <summary>No request member is validated and then ignored, as the activity type of a charge once was.</summary>
public sealed class RequestMemberTests
{
    private static readonly Dictionary<short, OpCode> Codes = typeof(OpCodes).GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(field => (OpCode)field.GetValue(null)!).ToDictionary(code => code.Value);

    // Generated record members and validation do not count as use.
    private static readonly string[] NotCounted =
        ["Validate", "Equals", "GetHashCode", "PrintMembers", "ToString", "Deconstruct", "<Clone>$", ".ctor",
            "op_Equality", "op_Inequality"];

    private static readonly Type[] Requests =
        [.. typeof(IValidated).Assembly.GetTypes()
            .Where(type => type.IsAssignableTo(typeof(IValidated)) && type is { IsInterface: false })];

    private static readonly Lazy<HashSet<(Type?, string)>> Used = new(FindUsed);

    public static TheoryData<Type> All => [.. Requests];

    [Theory]
    [MemberData(nameof(All))]
    public void Every_member_of_a_request_is_used_beyond_its_validation(Type request)
    {
        var constructor = request.GetConstructors().MaxBy(made => made.GetParameters().Length)!;
        var members = constructor.GetParameters().Select(member => member.Name!).ToList();
        Assert.NotEmpty(members);
        Assert.All(members, member => Assert.Contains((request, $"get_{member}"), Used.Value));
    }

    [Fact]
    public void Every_member_of_a_request_that_moves_money_is_part_of_its_command()
    {
        var (usd, other) = (Money(5), Money(6));
        var reference = Guid.Empty;
        var metadata = new Dictionary<string, string> { ["a"] = "b" };
        var moreMetadata = new Dictionary<string, string> { ["a"] = "c" };
        var past = DateTimeOffset.UnixEpoch;
        TypeLimit[] types = [new TypeLimit("report", usd, usd)];
        Differ(
            new ChargeRequest(usd, "r", "ref", metadata, "report"), request => request.ToCommand(default),
            one => one with { Amount = other }, one => one with { Reason = "x" }, one => one with { Reference = "x" },
            one => one with { Metadata = moreMetadata }, one => one with { ActivityType = "x" });
        Differ(
            new DepositRequest(usd, "ref", metadata), request => request.ToCommand(default),
            one => one with { Amount = other }, one => one with { Reference = "x" }, one => one with { Metadata = moreMetadata });
        Differ(
            new HoldRequest(usd, 5, "r", "ref", metadata, "report"), request => request.ToCommand(default),
            one => one with { Amount = other }, one => one with { ExpiresIn = 6 }, one => one with { Reason = "x" },
            one => one with { Reference = "x" },
            one => one with { Metadata = moreMetadata }, one => one with { ActivityType = "x" });
        Differ(new CaptureRequest(usd), request => request.ToCommand(default, reference), one => one with { Amount = other });
        Differ(
            new RefundRequest(usd, "r", metadata), request => request.ToCommand(default, reference, 1),
            one => one with { Amount = other }, one => one with { Reason = "x" }, one => one with { Metadata = moreMetadata });
        Differ(
            new AdjustRequest(usd, AdjustmentDirection.Credit, "r", "ref", past, metadata), request => request.ToCommand(default),
            one => one with { Amount = other }, one => one with { Direction = AdjustmentDirection.Debit }, one => one with { Reason = "x" },
            one => one with { Reference = "x" }, one => one with { EffectiveAt = past.AddDays(1) },
            one => one with { Metadata = moreMetadata });
        Differ(
            new PromoteRequest(usd, "r", 10, past, metadata), request => request.ToCommand(default),
            one => one with { Amount = other }, one => one with { Reason = "x" }, one => one with { Priority = 11 },
            one => one with { ExpiresAt = past.AddDays(1) }, one => one with { Metadata = moreMetadata });
        Differ(
            new TransferRequest(reference, reference, usd, "r", "ref", metadata), request => request.ToCommand(default),
            one => one with { ToWalletId = new Guid("00000000-0000-7000-8000-0000000000aa") }, one => one with { Amount = other },
            one => one with { Reason = "x" }, one => one with { Reference = "x" }, one => one with { Metadata = moreMetadata });
        Differ(
            new LimitsRequest(usd, usd, usd, usd, types), request => request.ToCommand(default, null),
            one => one with { CreditLimit = other }, one => one with { PerTransaction = other }, one => one with { PerDay = other },
            one => one with { PerMonth = other },
            one => one with { PerActivityType = [types[0] with { PerDay = other }] },
            one => one with { PerActivityType = [types[0] with { PerMonth = other }] },
            one => one with { PerActivityType = [types[0] with { Type = "x" }] });
    }

    private static void Differ<TRequest>(TRequest request, Func<TRequest, Command> command, params Func<TRequest, TRequest>[] changes)
    {
        var kept = CommandFingerprint.Of(command(request));
        Assert.All(changes, change =>
            Assert.False(CommandFingerprint.IsSame(CommandFingerprint.Of(command(change(request))), kept), $"{change(request)}"));
    }

    private static Money Money(long minor) => new(minor, Currency.Parse("USD"));

    private static HashSet<(Type?, string)> FindUsed()
    {
        const BindingFlags Own =
            BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;
        var used = new HashSet<(Type?, string)>();
        foreach (var type in typeof(IValidated).Assembly.GetTypes().Where(type => !IsSerializer(type)))
        {
            var methods = type.GetMethods(Own).Cast<MethodBase>().Concat(type.GetConstructors(Own));
            foreach (var called in methods.Where(method => !(Requests.Contains(type) && NotCounted.Contains(method.Name)))
                .SelectMany(CalledBy))
            {
                used.Add((called.DeclaringType, called.Name));
            }
        }

        return used;
    }

    private static bool IsSerializer(Type type) =>
        type.IsSubclassOf(typeof(JsonSerializerContext)) || (type.DeclaringType is { } outer && IsSerializer(outer));

    private static IEnumerable<MethodBase> CalledBy(MethodBase method)
    {
        var code = method.GetMethodBody()?.GetILAsByteArray() ?? [];
        for (var i = 0; i < code.Length;)
        {
            var value = code[i] == 0xFE ? unchecked((short)(0xFE00 | code[i + 1])) : code[i];
            i += code[i] == 0xFE ? 2 : 1;
            var operation = Codes[value];
            if (operation.OperandType == OperandType.InlineMethod && Resolve(method, BitConverter.ToInt32(code, i)) is { } called)
            {
                yield return called;
            }

            i += operation.OperandType switch
            {
                OperandType.InlineNone => 0,
                OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
                OperandType.InlineVar => 2,
                OperandType.InlineI8 or OperandType.InlineR => 8,
                OperandType.InlineSwitch => 4 + (4 * BitConverter.ToInt32(code, i)),
                _ => 4,
            };
        }
    }

    private static MethodBase? Resolve(MethodBase method, int token) => method.Module.ResolveMethod(
        token, method.DeclaringType?.GetGenericArguments(), method.IsGenericMethod ? method.GetGenericArguments() : null);
}
