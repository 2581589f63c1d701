using Platform.Storage.Activities;

namespace Platform.Api.Activities;

/// <summary>The services of metered activities.</summary>
public static class ActivityHosting
{
    public static IServiceCollection AddPlatformActivities(this IServiceCollection services)
    {
        services.AddOptions<MeteredWorkOptions>().BindConfiguration("Activities")
            .Validate(work => work.HoldSeconds is >= 1 and <= 86_400, "Activities:HoldSeconds must be 1 to 86,400.");
        return services.AddSingleton<ActivityQueries>().AddSingleton<ActivityStatQueries>().AddSingleton<MeteredWork>();
    }
}
