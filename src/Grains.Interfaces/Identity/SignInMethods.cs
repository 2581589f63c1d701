namespace Platform.Identity;

/// <summary>
/// How a session began: <c>password</c>, <c>invitation</c>, <c>ldap</c> or <c>oidc:{provider}</c>, followed by <c>+totp</c> or
/// <c>+recovery-code</c> if a second factor was used.
/// </summary>
public static class SignInMethods
{
    public const string Password = "password";
    public const string Invitation = "invitation";
    public const string Directory = "ldap";
    public const string ProviderPrefix = "oidc:";

    /// <summary>Returns the first factor.</summary>
    public static string FirstOf(string method) => method.Split('+')[0];

    /// <summary>Whether the platform authenticated the user itself, with its own password.</summary>
    public static bool IsOwn(string method) => FirstOf(method) is Password or Invitation;

    public static bool IsDirectory(string method) => FirstOf(method) == Directory;
}

/// <summary>What the directory says about the user of a session that began there.</summary>
[GenerateSerializer, Alias("platform.identity.directory-answer")]
public enum DirectoryAnswer
{
    Stands = 0,
    Gone = 1,
    NotReached = 2,
}
