using System.Globalization;
using System.Text;

namespace Platform.Silo.Hosting;

/// <summary>
/// Makes the process independent of the machine's language, in formats and in sort order. Code that formats for a person must use
/// that person's culture explicitly.
/// </summary>
public static class ProcessCulture
{
    /// <exception cref="InvalidOperationException">ICU is missing or disabled: text would silently not be normalised.</exception>
    public static void UseInvariant()
    {
        if ("e\u0301".Normalize(NormalizationForm.FormC) != "\u00E9")
        {
            throw new InvalidOperationException(
                "The platform needs ICU to normalise addresses, passwords and names. Install it (libicu), and do not set " +
                "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT.");
        }

        CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture =
            CultureInfo.DefaultThreadCurrentCulture = CultureInfo.DefaultThreadCurrentUICulture = CultureInfo.InvariantCulture;
    }
}
