using Platform.Storage.Admin;

namespace Platform.Api.Admin;

/// <summary>The services of super admins.</summary>
public static class AdminHosting
{
    public static IServiceCollection AddPlatformAdmin(this IServiceCollection services) => services
        .AddSingleton<AdminQueries>().AddSingleton<AdminUserQueries>().AddSingleton<PlatformActivityQueries>()
        .AddSingleton<AdminFigures>().AddSingleton<AdminActivities>().AddSingleton<AdminFeed>();
}
