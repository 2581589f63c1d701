using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Platform.Access;
using Platform.Grains.Access;

namespace Platform.Api.Access;

/// <summary>The services of access control, and its place in the pipeline.</summary>
public static class AccessHosting
{
    public static IServiceCollection AddAccessControl(this IServiceCollection services)
    {
        services.TryAddSingleton<AccessSignal>();
        return services.AddSingleton<AccessBooks>().AddSingleton<IAccessSource, AccessSource>().AddSingleton<AccessCache>().AddSingleton<Reach>();
    }

    public static IApplicationBuilder UseAccessControl(this IApplicationBuilder app) => app.UseMiddleware<AccessGate>();

    /// <summary>Throws where a route of the API does not say whom it admits, or needs a permission that does not exist.</summary>
    public static void RequireDeclaredAccess(this IEndpointRouteBuilder app)
    {
        var silent = app.DataSources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.RoutePattern.RawText is { } route && (route.StartsWith("/api/", StringComparison.Ordinal) || route.StartsWith("/hubs/", StringComparison.Ordinal)))
            .Where(endpoint => endpoint.Metadata.GetMetadata<PermissionNeed>() is null && endpoint.Metadata.GetMetadata<AnyUserMark>() is null &&
                endpoint.Metadata.GetMetadata<IAllowAnonymous>() is null)
            .Select(endpoint => endpoint.DisplayName)
            .Concat(app.DataSources.SelectMany(source => source.Endpoints).Select(endpoint => endpoint.Metadata.GetMetadata<PermissionNeed>())
                .Where(need => need is not null && PermissionCatalogue.Find(need.Permission) is null).Select(need => need!.Permission)).ToList();
        if (silent.Count > 0)
        {
            throw new InvalidOperationException($"These routes do not say whom they admit, or need what does not exist: {string.Join("; ", silent)}.");
        }
    }
}
