namespace Platform.Identity;

/// <summary>
/// The placeholder that replaces a user's address once it was released. Its domain is reserved (RFC 2606): no letter is sent to it, and
/// nobody can sign in with it.
/// </summary>
public static class PlaceholderAddress
{
    private const string Domain = "@address.invalid";

    public static string Of(EntityKey user) => $"released-{user.Id:N}{Domain}";

    public static bool Is(string address) => address.EndsWith(Domain, StringComparison.OrdinalIgnoreCase);
}
