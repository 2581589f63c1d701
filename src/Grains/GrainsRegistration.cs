using Microsoft.Extensions.DependencyInjection;
using Orleans.Hosting;
using Platform.Grains.Activities;
using Platform.Grains.Common.Entities;
using Platform.Grains.Common.Journal;
using Platform.Grains.Common.Streams;
using Platform.Grains.Common.Tenancy;
using Platform.Grains.Identity;
using Platform.Grains.Organisations;
using Platform.Grains.Wallets;

namespace Platform.Grains;

/// <summary>Registers the behaviour of all domains with a silo. Storage supplies the journal.</summary>
public static class GrainsRegistration
{
    public static ISiloBuilder AddPlatformGrains(this ISiloBuilder silo)
    {
        silo.Services.AddSingleton<EntityServices>();
        silo.Services.AddSingleton<JournalSignal>();
        silo.Services.AddSingleton<OrganisationDefinition>();
        silo.Services.AddSingleton<UserDefinition>();
        silo.Services.AddSingleton<LoginNameDefinition>();
        silo.Services.AddSingleton<WalletDefinition>();
        silo.Services.AddSingleton<ActivityDefinition>();
        silo.Services.AddSingleton<CatalogueDefinition>();
        silo.AddIncomingGrainCallFilter<TenancyFilter>();
        silo.AddJournalStreams();
        return silo;
    }
}
