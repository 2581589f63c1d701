using Platform.Api.Common;
using Platform.Identity;
using Platform.Organisations;
using Platform.Wallets;

namespace Platform.Api.Auth;

/// <summary>What kind of account is opened: one person, or a company with users below it.</summary>
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
            .Require(Password.Length is >= 8 and <= 128, IdentityErrors.InvalidPassword)
            .Text(DisplayName, 1, 200, IdentityErrors.InvalidDisplayName)
            .OptionalText(OrganisationName, 1, 200, OrganisationErrors.InvalidName with { Field = "/organisationName" })
            .Require(Currency is null || Platform.Currency.TryParse(Currency, out _), OrganisationErrors.InvalidCurrency)
            .Require(TimeZone is null || Places.IsTimeZone(TimeZone), OrganisationErrors.InvalidTimeZone)
            .Require(Locale is null || Places.IsLocale(Locale), OrganisationErrors.InvalidLocale);
    }
}

/// <summary>
/// Signs in with e-mail address and password. With a realm, name and password are those of the realm, such as the directory's:
/// <c>ldap</c>.
/// </summary>
public sealed record LoginRequest(string Password, string? Email = null, string? Username = null, string? Realm = null) : IValidated
{
    // A wrong form is told apart from a wrong password by nobody: it is the same refusal.
    public void Validate(Validation check) => check
        .Require((Email is null) != (Username is null), IdentityErrors.LoginNameRequired)
        .Require(Username is null || Realm is not null, IdentityErrors.LoginNameRequired);
}

/// <summary>A bearer token and how many seconds it lasts.</summary>
public sealed record Tokens(string AccessToken, int ExpiresIn, string TokenType);

public sealed record LoginResponse(Tokens Tokens);

public sealed record RegisterResponse(UserView User, OrganisationView Organisation, WalletView Wallet, Tokens Tokens);

/// <summary>Who the caller is and what they may do.</summary>
public sealed record MeResponse(
    UserView User, OrganisationView Organisation, IReadOnlyList<string> Roles, IReadOnlyList<string> Permissions);
