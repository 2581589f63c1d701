using Platform.Api.Http;
using Platform.Api.Security.Tokens;
using Platform.ServiceAccounts;

namespace Platform.Api.ServiceAccounts;

/// <summary>Creates a service account. Its permissions are everything it may do.</summary>
public sealed record CreateServiceAccountRequest(string Name, IReadOnlyList<string> Permissions, string? Description = null) : IValidated
{
    public void Validate(Validation check) => check.Account(Name, Description, Permissions);
}

/// <summary>Changes the given fields. An empty description removes it.</summary>
public sealed record UpdateServiceAccountRequest(
    string? Name = null, IReadOnlyList<string>? Permissions = null, string? Description = null) : IValidated
{
    public void Validate(Validation check) => check.Account(Name, Description, Permissions);
}

/// <summary>A new key. It expires in 90 days by default, and in a year at the latest.</summary>
public sealed record AddKeyRequest(string Name, DateTimeOffset? ExpiresAt = null) : IValidated
{
    // The entity checks the expiry by its own clock.
    public void Validate(Validation check) => check.Name(Name, ServiceAccountErrors.InvalidName);
}

/// <summary>A key without its secret. Prefix is the text before the secret; use it to recognise a leaked key.</summary>
public sealed record KeyResponse(
    Guid Id, string Name, string Prefix, DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt, DateTimeOffset? RevokedAt)
{
    public static KeyResponse Of(EntityKey account, KeyView key) =>
        new(key.Id, key.Name, ApiKey.PublicPart(account, key.Id), key.CreatedAt, key.ExpiresAt, key.RevokedAt);
}

/// <summary>A key that was just added. Key is the whole text, shown only once: null if the request is a repetition.</summary>
public sealed record AddedKeyResponse(
    Guid Id, string Name, string Prefix, DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt, DateTimeOffset? RevokedAt, string? Key);

internal static class ServiceAccountValidation
{
    public static Validation Account(this Validation check, string? name, string? description, IReadOnlyList<string>? permissions) => check
        .OptionalName(name, ServiceAccountErrors.InvalidName)
        .Require(description is null || ServiceAccountRules.IsDescription(description), ServiceAccountErrors.InvalidDescription)
        .Require(permissions is null || ServiceAccountRules.ArePermissions(permissions), ServiceAccountErrors.InvalidPermissions);
}

/// <summary>Examples for the API document.</summary>
[Examples]
public static class ServiceAccountExamples
{
    public static readonly object[] All =
    [
        new CreateServiceAccountRequest("Nightly export", ["metrics:read", "wallets:read"], "Copies figures to the warehouse"),
        new UpdateServiceAccountRequest("Hourly export", ["metrics:read"]),
        new AddKeyRequest("warehouse-1", Sample.At.AddDays(90)),
        new AddedKeyResponse(
            Sample.TransactionId, "warehouse-1", "pak_AZMvOnwAcAC...", Sample.At, Sample.At.AddDays(90), null, "pak_AZMvOnwAcAC..."),
        new Page<KeyResponse>(
            [new KeyResponse(Sample.TransactionId, "warehouse-1", "pak_AZMvOnwAcAC...", Sample.At, Sample.At.AddDays(90), null)], null),
    ];
}
