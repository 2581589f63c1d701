using System.Reflection;
using System.Text;

namespace Platform.Grains.Tests.Engine.Contracts;

/// <summary>
/// Describes as text everything in the contracts that goes over the wire or into storage: aliases, ids, signatures, grain types
/// and the discriminators of journal events.
/// </summary>
internal static class ContractText
{
    public static string Of(params Assembly[] assemblies)
    {
        var text = new StringBuilder();
        var contracts = assemblies.SelectMany(assembly => assembly.GetTypes())
            .Where(IsContract)
            .OrderBy(type => type.FullName, StringComparer.Ordinal);
        foreach (var type in contracts)
        {
            Describe(type, text);
        }

        return text.ToString();
    }

    private static bool IsContract(Type type) =>
        type.Namespace?.StartsWith("Platform", StringComparison.Ordinal) == true &&
        (AliasOf(type) is not null || GrainTypeOf(type) is not null || Derived(type).Any());

    private static void Describe(Type type, StringBuilder text)
    {
        var name = AliasOf(type) ?? (GrainTypeOf(type) is { } grain ? $"grain {grain}" : "events");
        text.Append(name).Append(" = ").Append(Name(type)).Append('\n');
        foreach (var method in type.IsInterface ? type.GetMethods().Where(method => !method.IsStatic) : [])
        {
            var parameters = string.Join(", ", method.GetParameters().Select(parameter => Name(parameter.ParameterType)));
            text.Append("  ").Append(AliasOf(method))
                .Append('(').Append(parameters).Append(") -> ").Append(Name(method.ReturnType)).Append('\n');
        }

        foreach (var (id, property) in Ids(type))
        {
            text.Append("  ").Append(id).Append(' ').Append(property.Name).Append(": ").Append(Name(property.PropertyType)).Append('\n');
        }

        foreach (var value in type.IsEnum ? Enum.GetNames(type) : [])
        {
            var number = Convert.ToInt32(Enum.Parse(type, value), System.Globalization.CultureInfo.InvariantCulture);
            text.Append("  ").Append(number).Append(' ').Append(value).Append('\n');
        }

        foreach (var (discriminator, derived) in Derived(type).OrderBy(entry => entry.Item1, StringComparer.Ordinal))
        {
            var fields = derived.GetProperties(BindingFlags.Public | BindingFlags.Instance)
                .Where(property => property.Name != "EqualityContract").OrderBy(property => property.Name, StringComparer.Ordinal)
                .Select(property => $"{property.Name}: {Name(property.PropertyType)}");
            text.Append("  ").Append(discriminator).Append(" { ").Append(string.Join(", ", fields)).Append(" }\n");
        }
    }

    private static IEnumerable<(uint Id, PropertyInfo Property)> Ids(Type type) =>
        from property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly)
        let attribute = property.GetCustomAttribute<IdAttribute>()
        where attribute is not null
        orderby attribute.Id
        select (attribute.Id, property);

    private static IEnumerable<(string, Type)> Derived(Type type) =>
        type.GetCustomAttributes<System.Text.Json.Serialization.JsonDerivedTypeAttribute>(inherit: false)
            .Select(attribute => (attribute.TypeDiscriminator!.ToString()!, attribute.DerivedType));

    private static string? AliasOf(MemberInfo member) => member.GetCustomAttribute<AliasAttribute>(inherit: false)?.Alias;

    private static string? GrainTypeOf(Type type) => type.GetCustomAttribute<GrainTypeAttribute>(inherit: false) is null
        ? null
        : type.GetCustomAttributesData()
            .Single(data => data.AttributeType == typeof(GrainTypeAttribute))
            .ConstructorArguments[0].Value as string;

    private static string Name(Type type)
    {
        if (Nullable.GetUnderlyingType(type) is { } underlying)
        {
            return $"{Name(underlying)}?";
        }

        if (!type.IsGenericType)
        {
            return type.Name;
        }

        var arguments = string.Join(", ", type.GetGenericArguments().Select(Name));
        return $"{type.Name[..type.Name.IndexOf('`', StringComparison.Ordinal)]}<{arguments}>";
    }
}
