namespace Platform.Identity;

/// <summary>Refusals of users, login names and sign-in.</summary>
public static class IdentityErrors
{
    public static readonly Error EmailTaken =
        new(ErrorKind.Conflict, "email-taken", "An account with this e-mail address exists already.", "/email");

    public static readonly Error InvalidEmail =
        CommonErrors.Invalid("/email", "invalid-email", "This is not an e-mail address.");

    public static readonly Error InvalidDisplayName =
        CommonErrors.Invalid("/displayName", "invalid-display-name", "A display name has 1 to 200 characters, none of them a control or invisible.");

    public static readonly Error InvalidPassword =
        CommonErrors.Invalid("/password", "invalid-password", "A password has 8 to 128 characters.");

    public static readonly Error CommonPassword =
        CommonErrors.Invalid("/password", "common-password", "This password is among the most common ones and is guessed first.");

    public static readonly Error WrongPassword =
        CommonErrors.Invalid("/password", "wrong-password", "This is not the current password.");

    public static readonly Error NoLocalPassword = new(
        ErrorKind.Conflict, "no-local-password", "This account has no password here: its user signs in with a directory or provider.");

    public static readonly Error SsoRequired = new(
        ErrorKind.Forbidden, "sso-required", "The organisation demands single sign-on: sign in with its directory or provider.");

    public static readonly Error DirectoryProofRequired =
        new(ErrorKind.Conflict, "directory-proof-required", "The session began with the directory, which has to be asked first.");

    public static readonly Error DirectoryUnavailable =
        new(ErrorKind.Conflict, "directory-unavailable", "The directory was not reached for too long.");

    public static readonly Error InvalidProfile =
        CommonErrors.Invalid("/profile", "invalid-profile", "Language and locale are BCP 47, the time zone IANA, the currency ISO 4217.");

    public static readonly Error InvalidGrants =
        CommonErrors.Invalid("/roles", "invalid-roles", "A user holds at most 100 roles, each at one place once.");

    public static readonly Error NotActive =
        new(ErrorKind.Conflict, "user-not-active", "The user is disabled or has yet to accept the invitation.");

    public static readonly Error AddressNotVerified =
        new(ErrorKind.Conflict, "address-not-verified", "The address of the account must be verified before the first sign-in.");

    public static readonly Error AddressVerified =
        new(ErrorKind.Conflict, "address-verified", "The account has verified its address and keeps it.");

    public static readonly Error AlreadyActive =
        new(ErrorKind.Conflict, "user-already-active", "The user has accepted the invitation already.");

    public static readonly Error NotDisabled = new(ErrorKind.Conflict, "user-not-disabled", "The user is not disabled.");

    public static readonly Error NotOneself = new(ErrorKind.Conflict, "not-oneself", "Nobody does this to themselves: somebody must be left who can undo it.");

    public static readonly Error AlreadyDisabled = new(ErrorKind.Conflict, "user-already-disabled", "The user is disabled already.");

    public static readonly Error InvalidToken =
        CommonErrors.Invalid("/token", "invalid-token", "The token is unknown, was used, or has expired.");

    public static readonly Error InvalidGrant =
        new(ErrorKind.Unauthenticated, "invalid-grant", "The refresh token is not valid; sign in again.");

    public static readonly Error InvalidCredentials =
        new(ErrorKind.Unauthenticated, "invalid-credentials", "E-mail address or password is wrong.");

    public static readonly Error LoginNameRequired =
        CommonErrors.Invalid("/email", "login-name-required", "A sign-in names either an e-mail address, or a user name of a realm.");

    public static readonly Error IdentityTaken =
        new(ErrorKind.Conflict, "identity-taken", "This identity is linked to another account.");

    public static readonly Error InvalidIdentity =
        CommonErrors.Invalid("", "invalid-identity", "An identity has an issuer and a subject of 1 to 512 characters.");

    public static readonly Error AccountLinkRequired = new(
        ErrorKind.Conflict, "account-link-required",
        "An account with this e-mail address exists already. Sign in to it and link this identity there.");

    public static readonly Error NoAccount = new(
        ErrorKind.Forbidden, "no-account", "This identity is linked to no account, and none is made for it.");

    public static readonly Error SecondFactorRequired =
        new(ErrorKind.Conflict, "second-factor-required", "The user has a second factor, which this sign-in lacks.");

    public static readonly Error InvalidMfaToken =
        new(ErrorKind.Unauthenticated, "invalid-mfa-token", "The token is unknown, was used, was tried too often, or has expired; sign in again.");

    public static readonly Error InvalidCode =
        CommonErrors.Invalid("/code", "invalid-code", "This code is not valid now, or was used already.");

    public static readonly Error CodeRequired =
        CommonErrors.Invalid("/code", "code-required", "A code of the second factor is required.");

    public static readonly Error PasswordRequired =
        CommonErrors.Invalid("/password", "password-required", "The password is required.");

    public static readonly Error MfaAlreadyEnabled =
        new(ErrorKind.Conflict, "mfa-already-enabled", "There is a second factor already; remove it before another is set up.");

    public static readonly Error MfaNotEnabled = new(ErrorKind.Conflict, "mfa-not-enabled", "There is no second factor.");

    public static readonly Error MfaNotPending =
        new(ErrorKind.Conflict, "mfa-not-pending", "No second factor waits to be confirmed; begin again.");
}
