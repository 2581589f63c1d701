namespace Platform.ServiceAccounts;

/// <summary>Refusals of service accounts and their keys.</summary>
public static class ServiceAccountErrors
{
    public static readonly Error InvalidName =
        CommonErrors.Invalid("/name", "invalid-name", "A name has 1 to 200 characters, none of them a control or invisible.");

    public static readonly Error InvalidDescription =
        CommonErrors.Invalid("/description", "invalid-description", "A description has at most 1,000 characters.");

    public static readonly Error InvalidPermissions = CommonErrors.Invalid(
        "/permissions", "invalid-permissions", "Permissions are 1 to 100 different ones of the catalogue; those of the platform are not for service accounts.");

    public static readonly Error InvalidExpiry =
        CommonErrors.Invalid("/expiresAt", "invalid-expiry", "A key expires in the future and within a year.");

    public static readonly Error TooManyKeys =
        new(ErrorKind.Conflict, "too-many-keys", "The account has 20 keys that are alive; revoke one first.");

    public static readonly Error AlreadyDisabled =
        new(ErrorKind.Conflict, "service-account-already-disabled", "The service account is disabled already.");

    public static readonly Error NotDisabled =
        new(ErrorKind.Conflict, "service-account-not-disabled", "The service account is not disabled.");
}
