namespace Platform.Api.Identity.External;

/// <summary>Maps an external group, From, to a role here.</summary>
public sealed class RoleRule
{
    public string From { get; set; } = "";

    public string Role { get; set; } = "";
}

/// <summary>Maps groups to roles.</summary>
public static class RoleRules
{
    /// <summary>Returns the roles of all rules that match a group; null if there are no rules, which leaves roles unchanged.</summary>
    public static IReadOnlyList<string>? Apply(
        this IReadOnlyCollection<RoleRule> rules, IEnumerable<string> groups, Func<string, string> normalise)
    {
        if (rules.Count == 0)
        {
            return null;
        }

        var held = groups.Select(normalise).ToHashSet(StringComparer.Ordinal);
        return [.. rules.Where(rule => held.Contains(normalise(rule.From))).Select(rule => rule.Role).Distinct(StringComparer.Ordinal)];
    }
}
