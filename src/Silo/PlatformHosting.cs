using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;

namespace Platform.Silo;

/// <summary>How an API process gets to the grains.</summary>
public static class PlatformHosting
{
    /// <summary>
    /// Adds what Platform:Silo says: "hosted" (the default) is a silo in this process, "external" a client of silos elsewhere.
    /// Both serve <c>IGrainFactory</c> and <c>IClusterClient</c>.
    /// </summary>
    public static IHostApplicationBuilder AddPlatform(this IHostApplicationBuilder builder) => builder.Configuration["Platform:Silo"] switch
    {
        null or "" or "hosted" => builder.AddPlatformSilo(),
        "external" => builder.AddPlatformClient(),
        var other => throw new InvalidOperationException($"Platform:Silo is '{other}'; it must be 'hosted' or 'external'."),
    };
}
