using Platform.Grains.Engine.Registration;

namespace Platform.Api.Security.Access;

/// <summary>Registers access control and adds it to the pipeline.</summary>
[Services]
public static class AccessHosting
{
    public static void Add(IServiceCollection services) => services.AddOptions<StepUpOptions>().BindConfiguration("Auth").Validate(
        auth => auth.StepUpAge > TimeSpan.Zero && auth.StepUpAge <= TimeSpan.FromHours(1),
        "Auth:StepUpAge must be more than zero and at most one hour.").ValidateOnStart();

    public static IApplicationBuilder UseAccessControl(this IApplicationBuilder app) => app.UseMiddleware<AccessGate>();

    /// <summary>Throws if a route does not declare its access completely (<see cref="DeclaredAccess"/>).</summary>
    public static void RequireDeclaredAccess(this IEndpointRouteBuilder app)
    {
        var faults = DeclaredAccess.FaultsOf(app.DataSources.SelectMany(source => source.Endpoints));
        if (faults.Count > 0)
        {
            throw new InvalidOperationException($"Routes do not declare their access: {string.Join("; ", faults)}.");
        }
    }
}
