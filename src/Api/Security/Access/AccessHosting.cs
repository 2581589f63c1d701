using Platform.Grains.Engine.Registration;


namespace Platform.Api.Security.Access;

/// <summary>The settings of access control, and its place in the pipeline.</summary>
[Services]
public static class AccessHosting
{
    public static void Add(IServiceCollection services) => services.AddOptions<StepUpOptions>().BindConfiguration("Auth").Validate(
        auth => auth.StepUpAge > TimeSpan.Zero && auth.StepUpAge <= TimeSpan.FromHours(1), "Auth:StepUpAge must be above zero and at most an hour.").ValidateOnStart();

    public static IApplicationBuilder UseAccessControl(this IApplicationBuilder app) => app.UseMiddleware<AccessGate>();

    /// <summary>Throws where a route of the API does not say whom it admits, or leaves out what its permission asks it to say.</summary>
    public static void RequireDeclaredAccess(this IEndpointRouteBuilder app)
    {
        var faults = DeclaredAccess.FaultsOf(app.DataSources.SelectMany(source => source.Endpoints));
        if (faults.Count > 0)
        {
            throw new InvalidOperationException($"Routes do not declare their access: {string.Join("; ", faults)}.");
        }
    }
}
