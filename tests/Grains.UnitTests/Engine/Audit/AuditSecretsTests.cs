using System.Collections;
using System.Reflection;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Platform.Grains.Engine.Audit;
using Platform.Grains.Engine.Entities;

namespace Platform.Grains.UnitTests.Engine.Audit;

/// <summary>
/// Fills every event of every entity with recognisable values, and checks that those of secret members do not appear in the
/// audit log.
/// </summary>
public sealed partial class AuditSecretsTests
{
    // Named like secrets, but not secret.
    private static readonly HashSet<string> Harmless =
        ["ActivityTypeSet.Code", "DealerCreated.Code", "DealerUpdated.Code", "RoleSet.Code", "RoleDeleted.Code"];

    public static TheoryData<Type> Definitions =>
    [
        .. new ServiceCollection().AddEntityDefinitions()
            .Where(service => service.ServiceType != typeof(IEntityReplay))
            .Select(service => service.ServiceType),
    ];

    [Theory]
    [MemberData(nameof(Definitions))]
    public void ASVS_16_2_5_no_secret_of_an_event_reaches_the_audit_log(Type definition)
    {
        var arguments = Bases(definition)
            .First(type => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(EntityDefinition<,>))
            .GetGenericArguments();
        typeof(AuditSecretsTests).GetMethod(nameof(Scan), BindingFlags.NonPublic | BindingFlags.Static)!
            .MakeGenericMethod(arguments).Invoke(null, [Activator.CreateInstance(definition)]);
    }

    [Fact]
    public void The_scan_finds_a_leaked_secret() => Assert.ThrowsAny<Xunit.Sdk.XunitException>(() => Scan(new Leaking()));

    private static void Scan<TState, TEvent>(EntityDefinition<TState, TEvent> definition)
        where TState : class
        where TEvent : class
    {
        var state = definition.Initial;
        foreach (var type in typeof(TEvent).GetCustomAttributes<JsonDerivedTypeAttribute>().Select(attribute => attribute.DerivedType))
        {
            var secrets = new HashSet<string>(StringComparer.Ordinal);
            var @event = (TEvent)Make(type, type.Name, false, secrets)!;
            var command = new AcceptedCommand(new EntityKey(Guid.Empty, Guid.Empty), 1, default, Guid.Empty, default);
            var after = state;
            try
            {
                after = definition.Apply(state, @event, command);
            }
            catch (Exception exception) when (exception is not Xunit.Sdk.XunitException)
            {
                // The event does not fit this state; scan its entries with the state before.
            }

            foreach (var detail in definition.Audit(state, after, [@event], command).SelectMany(entry => entry.Details))
            {
                var isHarmless = Harmless.Any(name => name.EndsWith($".{detail.Key}", StringComparison.OrdinalIgnoreCase));
                Assert.False(SecretName().IsMatch(detail.Key) && !isHarmless, $"{type.Name}: {detail.Key}");
                Assert.DoesNotContain(secrets, secret => detail.Value.Contains(secret, StringComparison.Ordinal));
            }

            state = after;
        }
    }

    /// <summary>Creates a value whose text says where it is. Below a secret member, all text is secret.</summary>
    private static object? Make(Type type, string where, bool secret, HashSet<string> secrets)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        var element = type.IsArray ? type.GetElementType()
            : type.IsGenericType && type.IsAssignableTo(typeof(IEnumerable)) ? type.GetGenericArguments()[0] : null;
        var text = $"value-of-{where}";
        if (type == typeof(string))
        {
            return Kept(text, text);
        }

        if (type == typeof(byte[]))
        {
            var bytes = System.Text.Encoding.UTF8.GetBytes(text);
            Kept(Convert.ToBase64String(bytes), text);
            Kept(Convert.ToHexString(bytes), text);
            Kept(Convert.ToHexStringLower(bytes), text);
            return bytes;
        }

        if (type == typeof(Currency))
        {
            return Currency.Parse("USD");
        }

        if (type.IsPrimitive || type.IsEnum || type == typeof(DateTimeOffset) || type == typeof(TimeSpan))
        {
            return Activator.CreateInstance(type);
        }

        if (type == typeof(Guid))
        {
            var id = OperationId.FromKey("secret", where).Value;
            return Kept(id.ToString(), id);
        }

        if (type.IsGenericType && type.GetGenericArguments() is [var key, var value] && key == typeof(string) && value == typeof(string))
        {
            return new Dictionary<string, string> { ["name"] = Kept(text, text) };
        }

        if (element is not null)
        {
            var array = Array.CreateInstance(element, 1);
            array.SetValue(Make(element, where, secret, secrets), 0);
            return type.IsAssignableFrom(array.GetType()) ? array : Activator.CreateInstance(type);
        }

        var constructor = type.GetConstructors().MaxBy(constructor => constructor.GetParameters().Length);
        var whole = constructor is null
            ? Activator.CreateInstance(type)!
            : constructor.Invoke([.. constructor.GetParameters().Select(parameter => Make(
                parameter.ParameterType,
                $"{where}.{parameter.Name}",
                secret || (SecretName().IsMatch(parameter.Name!) && !Harmless.Contains($"{type.Name}.{parameter.Name}")),
                secrets))]);
        return whole.ToString() is { Length: > 8 } shown ? Kept(shown, whole) : whole;

        T Kept<T>(string shown, T value)
        {
            if (secret)
            {
                secrets.Add(shown);
            }

            return value;
        }
    }

    private static IEnumerable<Type> Bases(Type type)
    {
        for (var at = type; at is not null; at = at.BaseType)
        {
            yield return at;
        }
    }

    [GeneratedRegex("password|hash|token|secret|code|credential|private|otp|recovery|salt|cipher|sealed", RegexOptions.IgnoreCase)]
    private static partial Regex SecretName();

    [JsonDerivedType(typeof(Leaked), "leaked")]
    private abstract record LeakingEvent;

    private sealed record Leaked(string PasswordHash) : LeakingEvent;

    private sealed class Leaking : EntityDefinition<string, LeakingEvent>
    {
        public override string Type => "leaking";

        public override string Initial => "";

        public override string Apply(string state, LeakingEvent @event, in AcceptedCommand command) => state;

        public override IReadOnlyList<AuditEntry> Audit(
            string before, string after, IReadOnlyList<LeakingEvent> events, in AcceptedCommand command) =>
            [AuditEntry.Of("leaked", ("what", ((Leaked)events[0]).PasswordHash))];
    }
}
