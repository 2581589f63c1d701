using Platform.Api.Mail;
using Platform.Identity;

namespace Platform.Api.Identity.Letters;

/// <summary>Letters that carry a token. They go to addresses that nobody may have verified, and so repeat no name of the user.</summary>
public static class TokenLetters
{
    /// <summary>Link is the line of the letter that has the token and nothing else.</summary>
    public static Letter Of(MailTokenPurpose purpose, string link, string to, string? inviter = null, string? organisation = null)
    {
        var (subject, what, until) = purpose switch
        {
            MailTokenPurpose.Invitation => (
                "You are invited",
                $"{HarmlessName.Of(inviter) ?? "Somebody"} invites you to join {HarmlessName.Of(organisation) ?? "an organisation"}. Accept and choose a password with this",
                "7 days"),
            MailTokenPurpose.PasswordReset => ("Reset your password", "Somebody, probably you, asked to reset your password. Do it with this", "30 minutes"),
            MailTokenPurpose.EmailChange => ("Confirm your new address", "Confirm that this is your new e-mail address with this", "one day"),
            MailTokenPurpose.AddressRelease => (
                "Free your address",
                "Somebody, perhaps you, tried to open an account with this address. There is an account with it already, whose holder has never shown " +
                "that the address is theirs. If that account is yours, sign in to it or reset its password, and do nothing here. If it is not yours, take " +
                "the address away from it, and it ends its sessions and cannot be signed in to any more; then register again. Do it with this",
                "one day"),
            _ => ("Confirm your address", "Confirm that this is your e-mail address with this", "one day"),
        };
        return new Letter(
            to,
            subject,
            $"""
            Hello,

            {what}, which is good for {until} and works once:

            {link}

            If you did not expect this letter, ignore it.
            """);
    }
}
