using System.Globalization;
using System.Text;

namespace Platform.Silo.Hosting;

/// <summary>
/// The language of the machine must not change what the platform writes or in which order. Whoever formats for a person names the
/// culture of that person.
/// </summary>
public static class ProcessCulture
{
    /// <exception cref="InvalidOperationException">There is no ICU, or it is switched off: text would not be normalised, silently.</exception>
    public static void UseInvariant()
    {
        if ("e\u0301".Normalize(NormalizationForm.FormC) != "\u00E9")
        {
            throw new InvalidOperationException(
                "The platform needs ICU, without which addresses, passwords and names are not normalised. Install it (libicu), and do not set " +
                "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT.");
        }

        CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture =
            CultureInfo.DefaultThreadCurrentCulture = CultureInfo.DefaultThreadCurrentUICulture = CultureInfo.InvariantCulture;
    }
}
