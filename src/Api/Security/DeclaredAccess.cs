using Microsoft.AspNetCore.Authorization;
using Platform.Access;
using Platform.Api.Http;

namespace Platform.Api.Security;

/// <summary>
/// Checks that every route declares who may call it. The process does not start otherwise.
/// </summary>
public static class DeclaredAccess
{
    /// <summary>The faults of these routes, one line per fault.</summary>
    public static IReadOnlyList<string> FaultsOf(IEnumerable<Endpoint> endpoints) =>
        [.. endpoints.SelectMany(endpoint => FaultsOf(endpoint).Select(fault => $"{endpoint.DisplayName}: {fault}"))];

    private static IEnumerable<string> FaultsOf(Endpoint endpoint)
    {
        var metadata = endpoint.Metadata;
        var need = metadata.GetMetadata<PermissionNeed>();
        if (need is null && metadata.GetMetadata<SignedInMark>() is null && metadata.GetMetadata<IAllowAnonymous>() is null &&
            IsApiRoute(endpoint))
        {
            yield return "it does not declare who may call it";
        }

        var permission = need is null ? null : PermissionCatalogue.Find(need.Permission);
        if (need is not null && permission is null)
        {
            yield return $"there is no permission {need.Permission}";
        }

        var (stepUp, without) = (metadata.GetMetadata<StepUpNeed>(), metadata.GetMetadata<NoStepUpMark>());
        if (permission is not null && stepUp is null && without is null && GivesPower(endpoint, permission))
        {
            yield return $"{permission.Code} gives power, but the route declares neither NeedsStepUp nor WithoutStepUp";
        }

        if (stepUp is not null && without is not null)
        {
            yield return "it declares both that it needs step-up and that it does not";
        }

        if (metadata.GetMetadata<TakesCallMark>() is not null && metadata.GetMetadata<IAllowAnonymous>() is not null)
        {
            yield return "its handler takes a Call, but it allows anonymous callers";
        }

        if (metadata.GetMetadata<AuditedMark>() is not null && metadata.GetMetadata<MovesMoneyMark>() is null)
        {
            yield return "it is marked as audited, but every route that moves no money is audited anyway";
        }

        // Service accounts are checked by their scope, which needs a permission.
        if (stepUp is not null && need is null && metadata.GetMetadata<UsersOnlyMark>() is null)
        {
            yield return "it needs step-up and admits service accounts, but has no permission for their scope";
        }
    }

    private static bool GivesPower(Endpoint endpoint, Permission permission) => permission.Class switch
    {
        PermissionClass.Disclosure => true,
        PermissionClass.Power => endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods is not { Count: > 0 } methods ||
            methods.Any(method => !HttpMethods.IsGet(method) && !HttpMethods.IsHead(method)),
        _ => false,
    };

    private static bool IsApiRoute(Endpoint endpoint) => endpoint is RouteEndpoint { RoutePattern.RawText: { } route } &&
        (route.StartsWith("/api/", StringComparison.Ordinal) || route.StartsWith("/hubs/", StringComparison.Ordinal));
}
