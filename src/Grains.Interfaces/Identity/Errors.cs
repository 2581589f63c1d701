namespace Platform.Identity;

/// <summary>Errors of users, login names and sign-in.</summary>
public static class IdentityErrors
{
    public static readonly Error EmailTaken =
        new(ErrorKind.Conflict, "email-taken", "An account with this e-mail address exists already.", "/email");

    public static readonly Error InvalidEmail =
        CommonErrors.Invalid("/email", "invalid-email", "This is not a valid e-mail address.");

    public static readonly Error InvalidDisplayName =
        CommonErrors.Invalid(
            "/displayName", "invalid-display-name",
            "A display name must have 1 to 200 characters, none of them control or invisible characters.");

    public static readonly Error InvalidPassword =
        CommonErrors.Invalid("/password", "invalid-password", "A password must have 8 to 128 characters.");

    public static readonly Error CommonPassword =
        CommonErrors.Invalid(
            "/password", "common-password", "This password is one of the most common and would be guessed first.");

    public static readonly Error WrongPassword =
        CommonErrors.Invalid("/password", "wrong-password", "This is not the current password.");

    public static readonly Error NoLocalPassword = new(
        ErrorKind.Conflict, "no-local-password",
        "This account has no password here; its user signs in with a directory or identity provider.");

    public static readonly Error SsoRequired = new(
        ErrorKind.Forbidden, "sso-required", "The organisation requires single sign-on. Sign in with its directory or identity provider.");

    public static readonly Error DirectoryProofRequired =
        new(
            ErrorKind.Conflict, "directory-proof-required",
            "The session began with a directory sign-in, so the directory must be checked first.");

    public static readonly Error DirectoryUnavailable =
        new(ErrorKind.Conflict, "directory-unavailable", "The directory has been unreachable for too long.");

    public static readonly Error InvalidProfile =
        CommonErrors.Invalid(
            "/profile", "invalid-profile",
            "The profile needs a language and locale in BCP 47, an IANA time zone and an ISO 4217 currency.");

    public static readonly Error InvalidGrants =
        CommonErrors.Invalid("/roles", "invalid-roles", "A user can have at most 100 roles, each at most once per place.");

    public static readonly Error NotActive =
        new(ErrorKind.Conflict, "user-not-active", "The user is disabled or has not accepted the invitation yet.");

    public static readonly Error AddressNotVerified =
        new(ErrorKind.Conflict, "address-not-verified", "The address of the account must be verified before the first sign-in.");

    public static readonly Error AddressVerified =
        new(ErrorKind.Conflict, "address-verified", "The account has verified its address, so the address cannot be removed.");

    public static readonly Error AlreadyActive =
        new(ErrorKind.Conflict, "user-already-active", "The user has already accepted the invitation.");

    public static readonly Error NotDisabled = new(ErrorKind.Conflict, "user-not-disabled", "The user is not disabled.");

    public static readonly Error NotOneself = new(
        ErrorKind.Conflict, "not-oneself", "You cannot do this to yourself: somebody must remain who can undo it.");

    public static readonly Error AlreadyDisabled = new(ErrorKind.Conflict, "user-already-disabled", "The user is already disabled.");

    public static readonly Error InvalidToken =
        CommonErrors.Invalid("/token", "invalid-token", "The token is unknown, used or expired.");

    public static readonly Error InvalidGrant =
        new(ErrorKind.Unauthenticated, "invalid-grant", "The refresh token is not valid; sign in again.");

    public static readonly Error InvalidCredentials =
        new(ErrorKind.Unauthenticated, "invalid-credentials", "The e-mail address or password is wrong.");

    public static readonly Error LoginNameRequired =
        CommonErrors.Invalid("/email", "login-name-required", "Specify either an e-mail address, or a user name and its realm.");

    public static readonly Error IdentityTaken =
        new(ErrorKind.Conflict, "identity-taken", "This identity is linked to another account.");

    public static readonly Error InvalidIdentity =
        CommonErrors.Invalid("", "invalid-identity", "An identity must have an issuer and a subject of 1 to 512 characters each.");

    public static readonly Error AccountLinkRequired = new(
        ErrorKind.Conflict, "account-link-required",
        "An account with this e-mail address exists already. Sign in to it and link this identity there.");

    public static readonly Error NoAccount = new(
        ErrorKind.Forbidden, "no-account", "This identity is not linked to an account, and accounts are not created for it automatically.");

    public static readonly Error SecondFactorRequired =
        new(ErrorKind.Conflict, "second-factor-required", "The user has a second factor, but this sign-in did not use it.");

    public static readonly Error InvalidMfaToken =
        new(
            ErrorKind.Unauthenticated, "invalid-mfa-token",
            "The token is unknown, used, expired or was tried too often; sign in again.");

    public static readonly Error InvalidCode =
        CommonErrors.Invalid("/code", "invalid-code", "This code is not valid now, or was already used.");

    public static readonly Error CodeRequired =
        CommonErrors.Invalid("/code", "code-required", "A code of the second factor is required.");

    public static readonly Error PasswordRequired =
        CommonErrors.Invalid("/password", "password-required", "The password is required.");

    public static readonly Error MfaAlreadyEnabled =
        new(ErrorKind.Conflict, "mfa-already-enabled", "A second factor is already set up; remove it before you set up another.");

    public static readonly Error MfaNotEnabled = new(ErrorKind.Conflict, "mfa-not-enabled", "No second factor is set up.");

    public static readonly Error MfaNotPending =
        new(ErrorKind.Conflict, "mfa-not-pending", "No second factor is waiting for confirmation; start the setup again.");
}
