using System.Collections;
using System.Reflection;

namespace Platform.Grains.UnitTests.Engine.Entities;

/// <summary>
/// Creates values of any contract type by reflection: one, and others that each differ from it in one place, at any depth.
/// </summary>
internal static class Variants
{
    /// <summary>A value without nulls.</summary>
    public static object? Of(Type type) => Make(type, false);

    /// <summary>Values that each differ from <see cref="Of"/> in one place, with the path of that place.</summary>
    public static IEnumerable<(string Place, object? Value)> OthersOf(Type type)
    {
        if (Nullable.GetUnderlyingType(type) is { } underlying)
        {
            return OthersOf(underlying).Append(("null", null));
        }

        if (IsLeaf(type))
        {
            return [("", Make(type, true))];
        }

        if (ElementOf(type) is { } element)
        {
            return OthersOf(element).Select(other => ($"[0]{other.Place}", (object?)ListOf(element, other.Value)))
                .Append(("[]", Array.CreateInstance(element, 0)));
        }

        if (EntryOf(type) is { } entry)
        {
            return [("[value]", DictionaryOf(entry, "a", true)), ("[key]", DictionaryOf(entry, "b", false))];
        }

        return Members(type).SelectMany(member => OthersOf(member.ParameterType)
            .Select(other => ($"/{member.Name}{other.Place}", (object?)With(type, member, other.Value))));
    }

    /// <summary>A record with another value for one member.</summary>
    public static object With(Type type, ParameterInfo member, object? value) =>
        Constructor(type).Invoke([.. Members(type).Select(one => one.Name == member.Name ? value : Make(one.ParameterType, false))]);

    public static ParameterInfo[] Members(Type type) => Constructor(type).GetParameters();

    private static ConstructorInfo Constructor(Type type) =>
        type.GetConstructors().MaxBy(constructor => constructor.GetParameters().Length)
            ?? throw new ArgumentException($"{type} has no public constructor.", nameof(type));

    private static object? Make(Type type, bool other)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type.IsEnum)
        {
            var values = Enum.GetValues(type);
            return values.GetValue(other ? values.Length - 1 : 0);
        }

        return type switch
        {
            _ when type == typeof(string) => other ? "b" : "a",
            _ when type == typeof(bool) => other,
            _ when type == typeof(Guid) => new Guid($"00000000-0000-7000-8000-0000000000{(other ? "bb" : "aa")}"),
            _ when type == typeof(DateTimeOffset) => DateTimeOffset.UnixEpoch.AddDays(other ? 2 : 1),
            _ when type == typeof(TimeSpan) => TimeSpan.FromMinutes(other ? 2 : 1),
            _ when type.IsPrimitive => Convert.ChangeType(other ? 2 : 1, type, System.Globalization.CultureInfo.InvariantCulture),
            _ when type == typeof(decimal) => other ? 2m : 1m,
            _ when ElementOf(type) is { } element => ListOf(element, Make(element, other)),
            _ when EntryOf(type) is { } entry => DictionaryOf(entry, "a", other),
            _ => Constructor(type).Invoke([.. Members(type).Select(member => Make(member.ParameterType, false))]),
        };
    }

    private static bool IsLeaf(Type type) => type == typeof(string) || type == typeof(Guid) || type == typeof(DateTimeOffset) ||
        type == typeof(TimeSpan) || type == typeof(decimal) || type.IsPrimitive || type.IsEnum;

    private static Type? ElementOf(Type type) =>
        type.IsArray ? type.GetElementType()
        : type.IsGenericType && type.GetGenericArguments() is [var only] && type.IsAssignableTo(typeof(IEnumerable)) ? only
        : null;

    private static Type? EntryOf(Type type) =>
        type.IsGenericType &&
        type.GetGenericArguments() is [var key, var value] &&
        key == typeof(string) &&
        type.IsAssignableTo(typeof(IEnumerable))
            ? value
            : null;

    private static Array ListOf(Type element, object? value)
    {
        var list = Array.CreateInstance(element, 1);
        list.SetValue(value, 0);
        return list;
    }

    private static object DictionaryOf(Type value, string key, bool other)
    {
        var dictionary = (IDictionary)Activator.CreateInstance(typeof(Dictionary<,>).MakeGenericType(typeof(string), value))!;
        dictionary.Add(key, Make(value, other));
        return dictionary;
    }
}
