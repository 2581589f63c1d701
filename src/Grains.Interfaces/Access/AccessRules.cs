namespace Platform.Access;

/// <summary>Input rules for roles. The front door and decisions share them.</summary>
public static class AccessRules
{
    public const int MaxPermissions = 100;

    public static bool IsCode(string? code) => Text.IsCode(code);

    /// <summary>Whether there are 1 to 100 permissions without duplicates. Whether a role may have them is checked elsewhere.</summary>
    public static bool ArePermissions(IReadOnlyList<string> permissions) =>
        permissions.Count is > 0 and <= MaxPermissions && permissions.Distinct(StringComparer.Ordinal).Count() == permissions.Count;
}
