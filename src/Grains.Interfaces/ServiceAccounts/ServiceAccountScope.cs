using System.Text.RegularExpressions;

namespace Platform.ServiceAccounts;

/// <summary>What a list of permissions of a service account may be, the same at the front door and in decisions.</summary>
public static partial class ServiceAccountScope
{
    public const int MaxPermissions = 100;

    /// <summary>1 to 100 different codes <c>resource:action</c>, none of the platform's own.</summary>
    public static bool IsValid(IReadOnlyList<string> permissions) =>
        permissions.Count is > 0 and <= MaxPermissions && permissions.Distinct(StringComparer.Ordinal).Count() == permissions.Count &&
        permissions.All(code => code is { Length: <= 80 } && Code().IsMatch(code) && !code.StartsWith("platform:", StringComparison.Ordinal));

    [GeneratedRegex("^[a-z][a-z0-9-]*:[a-z][a-z0-9-]*\\z", RegexOptions.CultureInvariant)]
    private static partial Regex Code();
}
