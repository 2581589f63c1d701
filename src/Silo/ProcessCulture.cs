using System.Globalization;

namespace Platform.Silo;

/// <summary>
/// The language of the machine must not change what the platform writes or in which order. Whoever formats for a person names the
/// culture of that person.
/// </summary>
public static class ProcessCulture
{
    public static void UseInvariant() =>
        CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture =
            CultureInfo.DefaultThreadCurrentCulture = CultureInfo.DefaultThreadCurrentUICulture = CultureInfo.InvariantCulture;
}
