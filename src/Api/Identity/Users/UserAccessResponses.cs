using Platform.Access;
using Platform.Api.Http;
using Platform.Grains.Access;

namespace Platform.Api.Identity.Users;

public sealed record AddDealerRequest(Guid DealerId, string Role) : IValidated
{
    public void Validate(Validation check)
    {
        // The rules of delegation check the dealer and the role.
    }
}

public sealed record RolesResponse(IReadOnlyList<Grant> Roles);

/// <summary>
/// A dealer with its path from the top. Live is false if it or one above it is disabled, so that the roles have no effect.
/// </summary>
public sealed record UserDealer(Guid DealerId, string Path, bool Live, IReadOnlyList<string> Roles);

public sealed record UserDealersResponse(IReadOnlyList<UserDealer> Items, string? NextCursor);

/// <summary>A permission, how far it applies, the topmost dealers if it applies at dealers, and the tier and roles it comes from.</summary>
public sealed record HeldPermission(string Permission, ScopeKind Scope, IReadOnlyList<Guid> Dealers, IReadOnlyList<Reason> Because);

public sealed record PermissionsResponse(IReadOnlyList<HeldPermission> Items, string? NextCursor);
