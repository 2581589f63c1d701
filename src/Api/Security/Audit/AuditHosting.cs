using Platform.Api.Http;
using Platform.Storage.Audit;

namespace Platform.Api.Security.Audit;

/// <summary>The services of the audit log.</summary>
public static class AuditHosting
{
    public static IServiceCollection AddPlatformAudit(this IServiceCollection services)
    {
        services.AddOptions<AuditOptions>().BindConfiguration("Audit");
        return services.AddSingleton<AuditLog>().AddSingleton<AuditQueries>().AddSingleton<AuditTrail>()
            .AddSingleton<IRefusalLog, AuditRefusalLog>();
    }
}
