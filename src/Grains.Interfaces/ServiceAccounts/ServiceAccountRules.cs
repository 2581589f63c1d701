namespace Platform.ServiceAccounts;

/// <summary>Rules for the input of service accounts beside <see cref="ServiceAccountScope"/>, the same at the front door and in decisions.</summary>
public static class ServiceAccountRules
{
    /// <summary>At most 1,000 characters.</summary>
    public static bool IsDescription(string description) => Text.IsText(description, 0, 1_000);
}
