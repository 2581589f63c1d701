namespace Platform.Api.Identity.External;

/// <summary>One line of a mapping from groups elsewhere to roles here: who is in From has Role.</summary>
public sealed class RoleRule
{
    public string From { get; set; } = "";

    public string Role { get; set; } = "";
}

/// <summary>Which roles groups come to.</summary>
public static class RoleRules
{
    /// <summary>The roles of all rules that match a group; null where there are no rules, which leaves roles as they are.</summary>
    public static IReadOnlyList<string>? Apply(this IReadOnlyCollection<RoleRule> rules, IEnumerable<string> groups, Func<string, string> normalise)
    {
        if (rules.Count == 0)
        {
            return null;
        }

        var held = groups.Select(normalise).ToHashSet(StringComparer.Ordinal);
        return [.. rules.Where(rule => held.Contains(normalise(rule.From))).Select(rule => rule.Role).Distinct(StringComparer.Ordinal)];
    }
}
