namespace Platform.Identity;

/// <summary>How strong a sign-in was (NIST SP 800-63B), as it stands in access tokens (<c>acr</c>).</summary>
public static class Assurance
{
    public const string OneFactor = "aal1";
    public const string TwoFactors = "aal2";
}
