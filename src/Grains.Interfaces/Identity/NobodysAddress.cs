namespace Platform.Identity;

/// <summary>
/// What stands in a user where an address was that is no longer theirs. Its domain is nobody's (RFC 2606), no letter is sent to it, and
/// nobody signs in with it.
/// </summary>
public static class NobodysAddress
{
    private const string Domain = "@address.invalid";

    public static string Of(EntityKey user) => $"released-{user.Id:N}{Domain}";

    public static bool Is(string address) => address.EndsWith(Domain, StringComparison.OrdinalIgnoreCase);
}
