using System.Text.RegularExpressions;
using Platform.Access;

namespace Platform.Organisations;

/// <summary>Rules for input. Both the front door and the decisions call them.</summary>
public static partial class OrganisationInputRules
{
    /// <summary>The reason of a suspension: 1 to 500 characters.</summary>
    public static bool IsReason(string? reason) => reason is not null && Text.IsText(reason, 1, 500);

    /// <summary>A BCP 47 tag (RFC 5646) of language, script and region, such as de-CH.</summary>
    public static bool IsLocale(string? locale) => locale is not null && LanguageTag().IsMatch(locale);

    [GeneratedRegex("^[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?\\z", RegexOptions.CultureInvariant)]
    private static partial Regex LanguageTag();
}

/// <summary>Why a request about an organisation is refused.</summary>
public static class OrganisationErrors
{
    public static readonly Error InvalidName = CommonErrors.InvalidName;

    public static readonly Error InvalidCurrency =
        CommonErrors.Invalid("/currency", "invalid-currency", "The currency must be an ISO 4217 code such as EUR.");

    public static readonly Error InvalidTimeZone =
        CommonErrors.Invalid("/timeZone", "invalid-time-zone", "The time zone must be an IANA name such as Europe/Berlin.");

    public static readonly Error InvalidLocale =
        CommonErrors.Invalid("/locale", "invalid-locale", "The locale must be a BCP 47 tag such as de-DE.");

    public static readonly Error InvalidReason =
        CommonErrors.Invalid("/reason", "invalid-reason", "The reason must have 1 to 500 characters.");

    public static readonly Error PlatformOrganisation =
        new(ErrorKind.Conflict, "platform-organisation", "The platform's own organisation cannot be suspended.");

    public static readonly Error NotOwner =
        new(ErrorKind.Forbidden, "not-the-owner", "Only the owner or a super admin of the platform can hand the organisation over.");

    public static readonly Error OwnershipFixed =
        new(ErrorKind.Conflict, "ownership-fixed", "Only an enterprise can be handed over.");

    public static readonly Error UnknownUser =
        CommonErrors.Invalid("/userId", "unknown-user", "The organisation has no such user.");

    public static readonly Error WouldLockOut = new(
        ErrorKind.Conflict, "would-lock-out",
        "To require single sign-on, first sign in with a directory or provider of this organisation.",
        "/requireSso");

    public static readonly Error Suspended = new(
        ErrorKind.Forbidden, "organisation-suspended",
            "The organisation is suspended. It can read but not change data until it is restored.");
}

/// <summary>The permissions of this domain, found by <see cref="PermissionCatalogue"/>. Never change a code.</summary>
public static class OrganisationPermissions
{
    public static readonly Permission Read = new(
        "organisation:read", "See the organisation's profile and settings.", Roles: StandardRoles.Everyone | StandardRoles.SubUser);

    public static readonly Permission Write = new(
        "organisation:write", "Change the organisation's profile and settings.", Sensitive: true, Class: PermissionClass.Power);
}
