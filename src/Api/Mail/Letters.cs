using Platform.Api.Auth;
using Platform.Identity;

namespace Platform.Api.Mail;

/// <summary>What the platform writes to its users.</summary>
public static class Letters
{
    public static Letter Of(MailToken token, string name, string to)
    {
        var (subject, what, until) = token.Purpose switch
        {
            MailTokenPurpose.Invitation => ("You are invited", "You are invited to join. Choose a password with this token", "7 days"),
            MailTokenPurpose.PasswordReset => ("Reset your password", "Somebody, probably you, asked to reset your password. Do it with this token", "30 minutes"),
            MailTokenPurpose.EmailChange => ("Confirm your new address", "Confirm your new e-mail address with this token", "one day"),
            _ => ("Confirm your address", "Confirm your e-mail address with this token", "one day"),
        };
        return new Letter(
            to,
            subject,
            $"""
            Hello {name},

            {what}, which is valid for {until} and works once:

            {token}

            If you did not expect this letter, ignore it.
            """);
    }

    /// <summary>Tells the user that a second factor was set up or removed: who did not do this learns of it.</summary>
    public static Letter SecondFactor(UserView user) => new(
        user.Email,
        user.MfaEnabled ? "Two-factor sign-in is on" : "Two-factor sign-in is off",
        $"Hello {user.DisplayName},\n\nthe second factor of your account was {(user.MfaEnabled ? "set up" : "removed")}. If this was not you, change your password and tell your administrator.\n");

    /// <summary>Tells the old address that it is no longer the one: who did not do this learns of it.</summary>
    public static Letter Moved(string name, string to) => new(
        to, "Your e-mail address was changed", $"Hello {name},\n\nyour account now has another e-mail address. If this was not you, tell your administrator.\n");
}
