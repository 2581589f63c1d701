using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Orleans.Hosting;
using Platform.Grains.Access;
using Platform.Grains.Activities;
using Platform.Grains.Dealers;
using Platform.Grains.Engine.Entities;
using Platform.Grains.Engine.Journal;
using Platform.Grains.Engine.Streams;
using Platform.Grains.Engine.Tenancy;
using Platform.Grains.Identity;
using Platform.Grains.Organisations;
using Platform.Grains.ServiceAccounts;
using Platform.Grains.Wallets;

namespace Platform.Grains;

/// <summary>Registers the behaviour of all domains with a silo. Storage supplies the journal.</summary>
public static class GrainsRegistration
{
    public static ISiloBuilder AddPlatformGrains(this ISiloBuilder silo)
    {
        silo.Services.AddSingleton<EntityServices>();
        silo.Services.AddSingleton<JournalSignal>();
        silo.Services.TryAddSingleton<AccessSignal>();
        silo.Services.AddSingleton<OrganisationZones>();
        silo.Services.AddEntityDefinitions();
        silo.AddIncomingGrainCallFilter<TenancyFilter>();
        silo.AddJournalStreams();
        return silo;
    }

    /// <summary>What is particular to each kind of entity: for its grains, and for a rebuild of the read models.</summary>
    public static IServiceCollection AddEntityDefinitions(this IServiceCollection services) => services
        .AddDefinition<OrganisationDefinition>()
        .AddDefinition<UserDefinition>()
        .AddDefinition<LoginNameDefinition>()
        .AddDefinition<ServiceAccountDefinition>()
        .AddDefinition<ExternalIdentityDefinition>()
        .AddDefinition<WalletDefinition>()
        .AddDefinition<ActivityDefinition>()
        .AddDefinition<CatalogueDefinition>()
        .AddDefinition<MeterDefinition>()
        .AddDefinition<AccessDefinition>()
        .AddDefinition<DealersDefinition>();

    private static IServiceCollection AddDefinition<TDefinition>(this IServiceCollection services)
        where TDefinition : class, IEntityReplay => services
        .AddSingleton<TDefinition>()
        .AddSingleton<IEntityReplay>(provider => provider.GetRequiredService<TDefinition>());
}
