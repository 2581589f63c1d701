using Platform.Grains.Engine.Registration;

namespace Platform.Api.Security.Audit;

/// <summary>Registers the settings of the audit log.</summary>
[Services]
public static class AuditHosting
{
    public static void Add(IServiceCollection services) => services.AddOptions<AuditOptions>().BindConfiguration("Audit");
}
