namespace Platform.Identity;

/// <summary>The strength of a sign-in (NIST SP 800-63B): the <c>acr</c> claim of access tokens.</summary>
public static class Assurance
{
    public const string OneFactor = "aal1";
    public const string TwoFactors = "aal2";
}
