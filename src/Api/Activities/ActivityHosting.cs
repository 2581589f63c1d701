using Platform.Grains.Engine.Registration;

namespace Platform.Api.Activities;

/// <summary>The settings of metered activities.</summary>
[Services]
public static class ActivityHosting
{
    public static void Add(IServiceCollection services) => services.AddOptions<MeteredWorkOptions>().BindConfiguration("Activities")
        .Validate(work => work.HoldSeconds is >= 1 and <= 86_400, "Activities:HoldSeconds must be between 1 and 86,400.");
}
