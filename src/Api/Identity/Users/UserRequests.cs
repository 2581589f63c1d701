using Platform.Access;
using Platform.Api.Http;
using Platform.Api.Identity.Sessions;
using Platform.Grains.Engine;
using Platform.Identity;
using Platform.Organisations;

namespace Platform.Api.Identity.Users;

/// <summary>
/// Adds a user below the caller. With a password, the user can sign in at once; without one, the user is invited by mail.
/// </summary>
public sealed record CreateUserRequest(
    string Email,
    string DisplayName,
    string? Password = null,
    IReadOnlyList<Grant>? Roles = null,
    string? Language = null,
    string? Locale = null,
    string? Currency = null,
    string? TimeZone = null) : IValidated
{
    public UserProfile ToProfile() => new(Language, Locale, Currency, TimeZone);

    public void Validate(Validation check)
    {
        check
            .Require(Platform.Identity.LoginName.TryNormalise(Email, out _), IdentityErrors.InvalidEmail)
            .Name(DisplayName, IdentityErrors.InvalidDisplayName)
            .Profile(ToProfile());
        if (Password is not null)
        {
            check.Password(Password);
        }
    }
}

/// <summary>Changes the given fields.</summary>
public sealed record UpdateUserRequest(
    string? DisplayName = null, string? Language = null, string? Locale = null, string? Currency = null,
    string? TimeZone = null) : IValidated
{
    public UserProfile ToProfile() => new(Language, Locale, Currency, TimeZone);

    public void Validate(Validation check) =>
        check.OptionalName(DisplayName, IdentityErrors.InvalidDisplayName).Profile(ToProfile());
}

public sealed record DisableUserRequest(string? Reason = null) : IValidated
{
    public void Validate(Validation check) => check.OptionalText(
        Reason, 1, 500, CommonErrors.Invalid("/reason", "invalid-reason", "A reason must have 1 to 500 characters."));
}

/// <summary>All roles of the user from now on.</summary>
public sealed record SetRolesRequest(IReadOnlyList<Grant> Roles) : IValidated
{
    public void Validate(Validation check)
    {
        // The entity checks the list.
    }
}

internal static class ProfileValidation
{
    public static Validation Profile(this Validation check, UserProfile profile) => check
        .Require(
            profile.Language is null || Text.IsLanguageTag(profile.Language),
            CommonErrors.Invalid("/language", "invalid-language", "The language must be a BCP 47 tag such as de."))
        .Require(profile.Locale is null || Text.IsLanguageTag(profile.Locale), OrganisationErrors.InvalidLocale)
        .Require(profile.Currency is null || Platform.Currency.TryParse(profile.Currency, out _), OrganisationErrors.InvalidCurrency)
        .Require(profile.TimeZone is null || TimeZones.Find(profile.TimeZone) is not null, OrganisationErrors.InvalidTimeZone);
}
