using Platform.Api.Http;
using Platform.Api.Identity.Registration;
using Platform.Api.Security.Tokens;
using Platform.ServiceAccounts;

namespace Platform.Api.ServiceAccounts;

/// <summary>A service account with all that it may ever do: permissions that the caller holds.</summary>
public sealed record CreateServiceAccountRequest(string Name, IReadOnlyList<string> Permissions, string? Description = null) : IValidated
{
    public void Validate(Validation check) => check.Account(Name, Description, Permissions);
}

/// <summary>Changes the fields that are given; an empty description removes it.</summary>
public sealed record UpdateServiceAccountRequest(
    string? Name = null, IReadOnlyList<string>? Permissions = null, string? Description = null) : IValidated
{
    public void Validate(Validation check) => check.Account(Name, Description, Permissions);
}

/// <summary>A new key. Without a time it expires in 90 days, and never later than in a year.</summary>
public sealed record AddKeyRequest(string Name, DateTimeOffset? ExpiresAt = null) : IValidated
{
    // When a key may expire depends on the clock of the entity.
    public void Validate(Validation check) => check.Name(Name, ServiceAccountErrors.InvalidName);
}

/// <summary>A key without its secret. Prefix is the text in front of the secret: it recognises a key that leaked.</summary>
public sealed record KeyResponse(
    Guid Id, string Name, string Prefix, DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt, DateTimeOffset? RevokedAt)
{
    public static KeyResponse Of(EntityKey account, KeyView key) =>
        new(key.Id, key.Name, ApiKey.PublicPart(account, key.Id), key.CreatedAt, key.ExpiresAt, key.RevokedAt);
}

/// <summary>A key that was just added. Key is the whole text, shown this once; null if the request is a repetition.</summary>
public sealed record AddedKeyResponse(
    Guid Id, string Name, string Prefix, DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt, DateTimeOffset? RevokedAt, string? Key);

internal static class ServiceAccountValidation
{
    public static Validation Account(this Validation check, string? name, string? description, IReadOnlyList<string>? permissions) => check
        .OptionalName(name, ServiceAccountErrors.InvalidName)
        .Require(description is null || ServiceAccountRules.IsDescription(description), ServiceAccountErrors.InvalidDescription)
        .Require(permissions is null || ServiceAccountScope.IsValid(permissions), ServiceAccountErrors.InvalidPermissions);
}
