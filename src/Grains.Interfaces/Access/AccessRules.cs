namespace Platform.Access;

/// <summary>Rules for the input of roles, the same at the front door and in decisions.</summary>
public static class AccessRules
{
    public const int MaxPermissions = 100;

    public static bool IsCode(string? code) => Text.IsCode(code);

    /// <summary>1 to 100 permissions, each once. Whether a role may have them is not checked here.</summary>
    public static bool ArePermissions(IReadOnlyList<string> permissions) =>
        permissions.Count is > 0 and <= MaxPermissions && permissions.Distinct(StringComparer.Ordinal).Count() == permissions.Count;
}
