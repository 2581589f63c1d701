namespace Platform.Organisations;

/// <summary>Refusals of an organisation.</summary>
public static class OrganisationErrors
{
    public static readonly Error InvalidName =
        CommonErrors.Invalid("/name", "invalid-name", "A name has 1 to 200 characters, none of them a control or invisible.");

    public static readonly Error InvalidCurrency =
        CommonErrors.Invalid("/currency", "invalid-currency", "The currency is an ISO 4217 code such as EUR.");

    public static readonly Error InvalidTimeZone =
        CommonErrors.Invalid("/timeZone", "invalid-time-zone", "The time zone is an IANA id such as Europe/Berlin.");

    public static readonly Error InvalidLocale =
        CommonErrors.Invalid("/locale", "invalid-locale", "The locale is a BCP 47 tag such as de-DE.");

    public static readonly Error InvalidReason =
        CommonErrors.Invalid("/reason", "invalid-reason", "A reason has 1 to 500 characters.");

    public static readonly Error PlatformOrganisation =
        new(ErrorKind.Conflict, "platform-organisation", "The platform's own organisation cannot be suspended.");

    public static readonly Error NotOwner =
        new(ErrorKind.Forbidden, "not-the-owner", "Only the owner hands the organisation over, or a super admin of the platform.");

    public static readonly Error OwnershipFixed =
        new(ErrorKind.Conflict, "ownership-fixed", "Only an enterprise is handed over: this organisation stays with its owner.");

    public static readonly Error UnknownUser =
        CommonErrors.Invalid("/userId", "unknown-user", "The organisation has no such user.");

    public static readonly Error WouldLockOut = new(
        ErrorKind.Conflict, "would-lock-out",
        "Single sign-on is demanded by somebody who signed in with a directory or provider of this organisation, and only where there is one.",
        "/requireSso");

    public static readonly Error Suspended =
        new(ErrorKind.Forbidden, "organisation-suspended", "The organisation is suspended: it may read, and changes nothing until it is restored.");
}
