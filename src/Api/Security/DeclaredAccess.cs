using Microsoft.AspNetCore.Authorization;
using Platform.Access;
using Platform.Api.Http;

namespace Platform.Api.Security;

/// <summary>
/// What each route of the API must say about itself, above all whom it admits. A route that leaves it out keeps the process from starting.
/// </summary>
public static class DeclaredAccess
{
    /// <summary>The faults of these routes, one line each.</summary>
    public static IReadOnlyList<string> FaultsOf(IEnumerable<Endpoint> endpoints) =>
        [.. endpoints.SelectMany(endpoint => FaultsOf(endpoint).Select(fault => $"{endpoint.DisplayName}: {fault}"))];

    private static IEnumerable<string> FaultsOf(Endpoint endpoint)
    {
        var metadata = endpoint.Metadata;
        var need = metadata.GetMetadata<PermissionNeed>();
        if (need is null && metadata.GetMetadata<SignedInMark>() is null && metadata.GetMetadata<IAllowAnonymous>() is null && IsOfTheApi(endpoint))
        {
            yield return "it does not say whom it admits";
        }

        var permission = need is null ? null : PermissionCatalogue.Find(need.Permission);
        if (need is not null && permission is null)
        {
            yield return $"there is no permission {need.Permission}";
        }

        var (stepUp, without) = (metadata.GetMetadata<StepUpNeed>(), metadata.GetMetadata<NoStepUpMark>());
        if (permission is not null && stepUp is null && without is null && GivesPower(endpoint, permission))
        {
            yield return $"{permission.Code} gives power, and the route says neither NeedsStepUp nor WithoutStepUp";
        }

        if (stepUp is not null && without is not null)
        {
            yield return "it says both that it needs a recent proof and that it does not";
        }

        if (metadata.GetMetadata<TakesCallMark>() is not null && metadata.GetMetadata<IAllowAnonymous>() is not null)
        {
            yield return "its handler takes a Call, and it admits callers who are not signed in";
        }

        if (metadata.GetMetadata<AuditedMark>() is not null && metadata.GetMetadata<MovesMoneyMark>() is null)
        {
            yield return "it says that it is audited, which every route is that moves no money";
        }

        // A service account passes by its scope, so that without a permission there would be nothing to pass by.
        if (stepUp is not null && need is null && metadata.GetMetadata<UsersOnlyMark>() is null)
        {
            yield return "it needs a recent proof, admits service accounts and has no permission that could be in their scope";
        }
    }

    private static bool GivesPower(Endpoint endpoint, Permission permission) => permission.Class switch
    {
        PermissionClass.Disclosure => true,
        PermissionClass.Power => endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods is not { Count: > 0 } methods ||
            methods.Any(method => !HttpMethods.IsGet(method) && !HttpMethods.IsHead(method)),
        _ => false,
    };

    private static bool IsOfTheApi(Endpoint endpoint) => endpoint is RouteEndpoint { RoutePattern.RawText: { } route } &&
        (route.StartsWith("/api/", StringComparison.Ordinal) || route.StartsWith("/hubs/", StringComparison.Ordinal));
}
