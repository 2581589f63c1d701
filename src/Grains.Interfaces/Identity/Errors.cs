namespace Platform.Identity;

/// <summary>Refusals of users, login names and sign-in.</summary>
public static class IdentityErrors
{
    public static readonly Error EmailTaken =
        new(ErrorKind.Conflict, "email-taken", "An account with this e-mail address exists already.", "/email");

    public static readonly Error InvalidEmail =
        CommonErrors.Invalid("/email", "invalid-email", "This is not an e-mail address.");

    public static readonly Error InvalidDisplayName =
        CommonErrors.Invalid("/displayName", "invalid-display-name", "A display name has 1 to 200 characters and no control characters.");

    public static readonly Error InvalidPassword =
        CommonErrors.Invalid("/password", "invalid-password", "A password has 8 to 128 characters.");

    public static readonly Error InvalidCredentials =
        new(ErrorKind.Unauthenticated, "invalid-credentials", "E-mail address or password is wrong.");
}
