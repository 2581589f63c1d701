namespace Platform.Identity;

/// <summary>How a session began: <c>password</c>, <c>invitation</c>, <c>ldap</c> or <c>oidc:{provider}</c>, with <c>+totp</c> or <c>+recovery-code</c> after a second factor.</summary>
public static class SignInMethods
{
    public const string Password = "password";
    public const string Invitation = "invitation";
    public const string Directory = "ldap";
    public const string ProviderPrefix = "oidc:";

    /// <summary>The first factor.</summary>
    public static string FirstOf(string method) => method.Split('+')[0];

    /// <summary>Whether the platform itself vouched for the user, by a password of its own.</summary>
    public static bool IsOwn(string method) => FirstOf(method) is Password or Invitation;

    public static bool IsDirectory(string method) => FirstOf(method) == Directory;
}

/// <summary>What the directory says of the user of a session that began there.</summary>
[GenerateSerializer, Alias("platform.identity.directory-answer")]
public enum DirectoryAnswer
{
    Stands = 0,
    Gone = 1,
    NotReached = 2,
}
