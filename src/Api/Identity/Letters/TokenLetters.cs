using Platform.Api.Mail;
using Platform.Identity;

namespace Platform.Api.Identity.Letters;

/// <summary>Letters that contain a token. Their address may be unverified, so they do not contain the user's name.</summary>
public static class TokenLetters
{
    /// <summary>Link is the line of the letter that contains only the token or its link.</summary>
    public static Letter Of(MailTokenPurpose purpose, string link, string to, string? inviter = null, string? organisation = null)
    {
        var (subject, what, until) = purpose switch
        {
            MailTokenPurpose.Invitation => (
                "You are invited",
                $"{HarmlessName.Of(inviter) ?? "Somebody"} invites you to join {HarmlessName.Of(organisation) ?? "an organisation"}. " +
                "To accept and choose a password",
                "7 days"),
            MailTokenPurpose.PasswordReset => (
                "Reset your password", "Somebody, probably you, asked to reset your password. To reset it", "30 minutes"),
            MailTokenPurpose.EmailChange => ("Confirm your new address", "To confirm your new e-mail address", "one day"),
            MailTokenPurpose.AddressRelease => (
                "Free your address",
                "Somebody, perhaps you, tried to open an account with this address. An account with it already exists, but its holder " +
                "has never verified the address. If that account is yours, sign in to it or reset its password, and ignore this letter. " +
                "If it is not yours, you can free the address and then register again; that account loses its sessions, and nobody can " +
                "sign in to it. To free the address",
                "one day"),
            _ => ("Confirm your address", "To confirm your e-mail address", "one day"),
        };
        return new Letter(
            to,
            subject,
            $"""
            Hello,

            {what}, use the link or token below. It is valid for {until} and works only once.

            {link}

            If you did not expect this letter, ignore it.
            """);
    }
}
