using System.Globalization;
using Platform.Api.Mail;
using Platform.Identity;

namespace Platform.Api.Identity.Letters;

/// <summary>What the platform tells its users of their accounts. Nobody else can cause these letters, so that they are not bounded.</summary>
public static class AccountLetters
{
    private const string NotYou = "If this was not you, reset your password at once and tell your administrator.";

    /// <summary>Tells the user that a second factor was set up or removed: who did not do this learns of it.</summary>
    public static Letter SecondFactor(UserView user) => To(
        user, user.MfaEnabled ? "Two-factor sign-in is on" : "Two-factor sign-in is off",
        $"The second factor of your account was {(user.MfaEnabled ? "set up" : "removed")}. If this was not you, change your password and tell your administrator.");

    /// <summary>Tells the old address that it is no longer the one. Without a name: the address may never have been the user's.</summary>
    public static Letter Moved(string to) => new(
        to, "Your e-mail address was changed", "Hello,\n\nYour account now has another e-mail address. If this was not you, tell your administrator.\n");

    /// <summary>Tells of a change or a reset of the password.</summary>
    public static Letter PasswordChanged(UserView user) =>
        To(user, "Your password was changed", $"The password of your account was changed, and every session has ended. {NotYou}");

    /// <summary>Tells of a sign-in from where the user was not known to be. Program is one of ours, nothing that the client says of itself.</summary>
    public static Letter SignedIn(UserView user, string? address, string program, DateTimeOffset at) => To(
        user, "New sign-in to your account",
        string.Create(
            CultureInfo.InvariantCulture,
            $"Somebody signed in to your account from a new place: {program}, address {address ?? "unknown"}, at {at:yyyy-MM-dd HH:mm} UTC. {NotYou}"));

    /// <summary>Tells who made a key of a service account that there is one.</summary>
    public static Letter KeyAdded(UserView user, string account) => To(
        user, "A new API key was made",
        $"Your account was used to make a new API key for the service account {HarmlessName.Of(account) ?? "of your organisation"}. {NotYou} Revoke the key too.");

    /// <summary>To the holder of an address that somebody tried to register again.</summary>
    public static Letter AccountExists(string to) => new(
        to, "Your address has an account",
        "Hello,\n\nSomebody, perhaps you, tried to open an account with this address. You have one already: sign in, or ask for a new password.\n\n" +
        "If it was not you, ignore this letter. Nothing has changed.\n");

    private static Letter To(UserView user, string subject, string text) => new(user.Email, subject, $"{Greeting(user)}\n\n{text}\n");

    // An address that was not verified may be a stranger's to whom somebody wants to say something by way of the name.
    private static string Greeting(UserView user) => user.EmailVerified && HarmlessName.Of(user.DisplayName) is { } name ? $"Hello {name}," : "Hello,";
}
