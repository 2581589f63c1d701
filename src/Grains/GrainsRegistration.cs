using Microsoft.Extensions.DependencyInjection;
using Platform.Grains.Engine.Entities;
using Platform.Grains.Engine.Registration;
using Platform.Grains.Engine.Streams;
using Platform.Grains.Engine.Tenancy;

namespace Platform.Grains;

/// <summary>Registers the grains of all domains with a silo. Storage provides the journal.</summary>
public static class GrainsRegistration
{
    public static ISiloBuilder AddPlatformGrains(this ISiloBuilder silo)
    {
        silo.Services.AddFound(typeof(GrainsRegistration).Assembly);
        silo.Services.AddEntityDefinitions();
        silo.AddIncomingGrainCallFilter<TenancyFilter>();
        silo.AddJournalStreams();
        return silo;
    }

    /// <summary>Registers the definitions of all entities, for their grains and for a rebuild of the read models.</summary>
    public static IServiceCollection AddEntityDefinitions(this IServiceCollection services)
    {
        foreach (var definition in Scan.Concrete(typeof(GrainsRegistration).Assembly, typeof(IEntityReplay)))
        {
            services.AddSingleton(definition).AddSingleton(provider => (IEntityReplay)provider.GetRequiredService(definition));
        }

        return services;
    }
}
