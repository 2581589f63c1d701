using Microsoft.Extensions.DependencyInjection;
using Platform.Grains.Engine.Registration;

namespace Platform.Storage.Ledger;

/// <summary>Binds the settings of checkpoints and the self-check.</summary>
[Services]
public static class LedgerHosting
{
    public static void Add(IServiceCollection services) => services.AddOptions<LedgerOptions>().BindConfiguration("Ledger").Validate(
        ledger => ledger.CheckEvery > TimeSpan.Zero && ledger.RecheckAfter > TimeSpan.Zero,
        "Ledger:CheckEvery and Ledger:RecheckAfter must be greater than zero.");
}
