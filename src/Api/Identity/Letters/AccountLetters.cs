using System.Globalization;
using Platform.Api.Mail;
using Platform.Identity;

namespace Platform.Api.Identity.Letters;

/// <summary>Letters to users about changes to their accounts. Nobody else can trigger these letters, so there is no rate limit.</summary>
public static class AccountLetters
{
    private const string NotYou = "If this was not you, reset your password at once and tell your administrator.";

    /// <summary>Tells the user that a second factor was set up or removed, in case somebody else did it.</summary>
    public static Letter SecondFactor(UserView user) => To(
        user, user.MfaEnabled ? "Two-factor sign-in is on" : "Two-factor sign-in is off",
        $"The second factor of your account was {(user.MfaEnabled ? "set up" : "removed")}. " +
        "If this was not you, change your password and tell your administrator.");

    /// <summary>
    /// Tells the old address that the account's address has changed. It contains no name, because the address may never have been the
    /// user's.
    /// </summary>
    public static Letter Moved(string to) => new(
        to, "Your e-mail address was changed",
        "Hello,\n\nYour account now has another e-mail address. If this was not you, tell your administrator.\n");

    /// <summary>Tells the user that the password was changed or reset.</summary>
    public static Letter PasswordChanged(UserView user) =>
        To(user, "Your password was changed", $"The password of your account was changed, and every session has ended. {NotYou}");

    /// <summary>Tells the user about a sign-in from a new place. Program comes from our own list, never from the client's text.</summary>
    public static Letter SignedIn(UserView user, string? address, string program, DateTimeOffset at) => To(
        user, "New sign-in to your account",
        string.Create(
            CultureInfo.InvariantCulture,
            $"Somebody signed in to your account from a new place: {program}, address {address ?? "unknown"}, " +
            $"at {at:yyyy-MM-dd HH:mm} UTC. {NotYou}"));

    /// <summary>Tells the user who created a key of a service account that it exists.</summary>
    public static Letter KeyAdded(UserView user, string account) => To(
        user, "A new API key was created",
        $"Your account was used to create a new API key for the service account {HarmlessName.Of(account) ?? "of your organisation"}. " +
        $"{NotYou} Revoke the key too.");

    /// <summary>Tells the holder of an address that somebody tried to register it again.</summary>
    public static Letter AccountExists(string to) => new(
        to, "Your address already has an account",
        "Hello,\n\nSomebody, perhaps you, tried to open an account with this address. " +
        "You already have one: sign in, or reset your password.\n\n" +
        "If it was not you, ignore this letter. Nothing has changed.\n");

    private static Letter To(UserView user, string subject, string text) => new(user.Email, subject, $"{Greeting(user)}\n\n{text}\n");

    // An unverified address may belong to a stranger, whom the user could send a message by choosing a name.
    private static string Greeting(UserView user) =>
        user.EmailVerified && HarmlessName.Of(user.DisplayName) is { } name ? $"Hello {name}," : "Hello,";
}
