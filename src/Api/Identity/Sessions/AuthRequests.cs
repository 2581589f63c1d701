using Platform.Api.Http;
using Platform.Api.Identity.Passwords;
using Platform.Grains.Engine;
using Platform.Identity;
using Platform.Organisations;
using Platform.ServiceAccounts;
using Platform.Wallets;

namespace Platform.Api.Identity.Sessions;

/// <summary>The kind of account: one person, or a company with several users.</summary>
public enum AccountType
{
    Individual,
    Enterprise,
}

/// <summary>Opens an account: an organisation with its first user and a wallet.</summary>
public sealed record RegisterRequest(
    string Email,
    string Password,
    string DisplayName,
    AccountType AccountType,
    string? OrganisationName = null,
    string? Currency = null,
    string? TimeZone = null,
    string? Locale = null) : IValidated
{
    public void Validate(Validation check)
    {
        check
            .Require(Platform.Identity.LoginName.TryNormalise(Email, out _), IdentityErrors.InvalidEmail)
            .Password(Password)
            .Name(DisplayName, IdentityErrors.InvalidDisplayName)
            .OptionalName(OrganisationName, OrganisationErrors.InvalidName with { Field = "/organisationName" })
            .Require(Currency is null || Platform.Currency.TryParse(Currency, out _), OrganisationErrors.InvalidCurrency)
            .Require(TimeZone is null || TimeZones.Find(TimeZone) is not null, OrganisationErrors.InvalidTimeZone)
            .Require(Locale is null || OrganisationInputRules.IsLocale(Locale), OrganisationErrors.InvalidLocale);
    }
}

/// <summary>
/// Signs in with an e-mail address and password. If a realm such as <c>ldap</c> (the directory) is given, name and password are those
/// of the realm.
/// </summary>
public sealed record LoginRequest(string Password, string? Email = null, string? Username = null, string? Realm = null) : IValidated
{
    // A malformed password is not rejected here: it gets the same error as a wrong one.
    public void Validate(Validation check) => check
        .Require((Email is null) != (Username is null), IdentityErrors.LoginNameRequired)
        .Require(Username is null || Realm is not null, IdentityErrors.LoginNameRequired);
}

/// <summary>A bearer token and its lifetime in seconds; a refresh token, which works once, and the end of the session.</summary>
public sealed record Tokens(string AccessToken, int ExpiresIn, string RefreshToken, DateTimeOffset RefreshExpiresAt, string TokenType);

public sealed record RefreshRequest(string RefreshToken) : IValidated
{
    public void Validate(Validation check)
    {
        // A malformed token gets the same error as an invalid one.
    }
}

public sealed record ChangePasswordRequest(string CurrentPassword, string NewPassword) : IValidated
{
    public void Validate(Validation check) => check.Password(NewPassword, "/newPassword");
}

public sealed record ForgotPasswordRequest(string Email) : IValidated
{
    public void Validate(Validation check) =>
        check.Require(Platform.Identity.LoginName.TryNormalise(Email, out _), IdentityErrors.InvalidEmail);
}

public sealed record ResetPasswordRequest(string Token, string NewPassword) : IValidated
{
    public void Validate(Validation check) => check.Password(NewPassword, "/newPassword");
}

public sealed record AcceptInvitationRequest(string Token, string Password, string? DisplayName = null) : IValidated
{
    public void Validate(Validation check) =>
        check.Password(Password).OptionalName(DisplayName, IdentityErrors.InvalidDisplayName);
}

public sealed record VerifyEmailRequest(string Token) : IValidated
{
    public void Validate(Validation check)
    {
        // The entity checks the token.
    }
}

public sealed record FreeEmailRequest(string Token) : IValidated
{
    public void Validate(Validation check)
    {
        // The entity checks the token.
    }
}

/// <summary>Changes the address of the caller's account. The password proves that it is the user.</summary>
public sealed record ChangeEmailRequest(string NewEmail, string Password) : IValidated
{
    public void Validate(Validation check) =>
        check.Require(Platform.Identity.LoginName.TryNormalise(NewEmail, out _), IdentityErrors.InvalidEmail with { Field = "/newEmail" });
}

/// <summary>A validation rule for passwords that several requests share.</summary>
internal static class PasswordValidation
{
    public static Validation Password(this Validation check, string password, string field = "/password") =>
        PasswordHasher.Check(password) is { } error ? check.Require(false, error with { Field = field }) : check;
}

public sealed record LoginResponse(Tokens Tokens);

/// <summary>The empty response to every registration if accounts are concealed. A letter tells the outcome.</summary>
public sealed record ConcealedResponse;

public sealed record RegisterResponse(UserView User, OrganisationView Organisation, WalletView Wallet, Tokens Tokens);

/// <summary>The caller, a user or a service account, and what they may do.</summary>
public sealed record MeResponse(
    UserView? User, OrganisationView Organisation, IReadOnlyList<string> Roles, IReadOnlyList<string> Permissions,
    ServiceAccountView? ServiceAccount = null);
