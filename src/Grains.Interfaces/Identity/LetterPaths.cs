namespace Platform.Identity;

/// <summary>
/// The pages that links in letters lead to: <c>/verify/{token}</c> and the like. The token is part of the address, so that no log and no
/// trace may have it.
/// </summary>
public static class LetterPaths
{
    public const string Verify = "/verify";
    public const string Reset = "/reset";
    public const string Join = "/join";
    public const string Free = "/free";

    /// <summary>The first part of the address of every such page.</summary>
    public static readonly IReadOnlyList<string> All = [Verify, Reset, Join, Free];

    public static string Of(MailTokenPurpose purpose) => purpose switch
    {
        MailTokenPurpose.Invitation => Join,
        MailTokenPurpose.PasswordReset => Reset,
        MailTokenPurpose.EmailVerification or MailTokenPurpose.EmailChange => Verify,
        MailTokenPurpose.AddressRelease => Free,
        _ => throw new ArgumentOutOfRangeException(nameof(purpose), purpose, "There is no page for it."),
    };
}
