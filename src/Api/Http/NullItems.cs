using System.Collections;
using System.Collections.Concurrent;
using System.Reflection;
using System.Text.Json;

namespace Platform.Api.Http;

/// <summary>
/// Rejects nulls in lists and dictionaries whose items are declared as not nullable. The serializer checks the nullability of members, but
/// not of items.
/// </summary>
internal static class NullItems
{
    private static readonly ConcurrentDictionary<Type, Member[]> Members = new();

    /// <summary>Throws ProblemException with a pointer to each null.</summary>
    public static void Refuse(object body)
    {
        var check = new Validation();
        Check(body, "", check);
        check.ThrowIfFailed();
    }

    private static void Check(object value, string pointer, Validation check)
    {
        foreach (var member in Members.GetOrAdd(value.GetType(), MembersOf))
        {
            if (member.Property.GetValue(value) is not { } content)
            {
                continue;
            }

            var at = $"{pointer}/{member.Name}";
            if (member.ItemsMayBeNull is not { } itemsMayBeNull)
            {
                Check(content, at, check);
                continue;
            }

            foreach (var (key, item) in Items(content))
            {
                if (item is not null)
                {
                    Check(item, $"{at}/{key}", check);
                }
                else if (!itemsMayBeNull)
                {
                    check.Add($"{at}/{key}", "required", "This item must not be null.");
                }
            }
        }
    }

    private static IEnumerable<(string Key, object? Item)> Items(object content) => content is IDictionary dictionary
        ? dictionary.Keys.Cast<object>().Select(key => ($"{key}", dictionary[key]))
        : ((IEnumerable)content).Cast<object?>().Select((item, index) => ($"{index}", item));

    // Only of our own types: those of the runtime have no lists of ours.
    private static Member[] MembersOf(Type type)
    {
        if (type.IsPrimitive || type.IsEnum || type.Namespace?.StartsWith("Platform", StringComparison.Ordinal) != true)
        {
            return [];
        }

        var nullability = new NullabilityInfoContext();
        return
        [
            .. from property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
               where property.GetIndexParameters().Length == 0
               where !property.PropertyType.IsValueType && property.PropertyType != typeof(string)
               let info = nullability.Create(property)
               let item = info.ElementType ?? (info.GenericTypeArguments is { Length: > 0 } arguments ? arguments[^1] : null)
               let isList = item is not null && property.PropertyType.IsAssignableTo(typeof(IEnumerable))
               select new Member(
                   property, JsonNamingPolicy.CamelCase.ConvertName(property.Name),
                   isList ? item!.ReadState != NullabilityState.NotNull : null),
        ];
    }

    /// <summary>ItemsMayBeNull is null if the member is not a list.</summary>
    private sealed record Member(PropertyInfo Property, string Name, bool? ItemsMayBeNull);
}
