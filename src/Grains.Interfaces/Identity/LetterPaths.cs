namespace Platform.Identity;

/// <summary>
/// The pages that letters link to, such as <c>/verify/{token}</c>. The path contains the token, so logs and traces must not contain the
/// path.
/// </summary>
public static class LetterPaths
{
    public const string Verify = "/verify";
    public const string Reset = "/reset";
    public const string Join = "/join";
    public const string Free = "/free";

    /// <summary>The first path segment of each of these pages.</summary>
    public static readonly IReadOnlyList<string> All = [Verify, Reset, Join, Free];

    public static string Of(MailTokenPurpose purpose) => purpose switch
    {
        MailTokenPurpose.Invitation => Join,
        MailTokenPurpose.PasswordReset => Reset,
        MailTokenPurpose.EmailVerification or MailTokenPurpose.EmailChange => Verify,
        MailTokenPurpose.AddressRelease => Free,
        _ => throw new ArgumentOutOfRangeException(nameof(purpose), purpose, "This purpose has no page."),
    };
}
