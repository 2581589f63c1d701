using Platform.Testing;

namespace Platform.Api.Tests.Faults;

/// <summary>All fault tests share one durable server and run alone: they kill what others would need, and they measure time.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class FaultCollection : ICollectionFixture<PostgresServerFixture>
{
    public const string Name = "faults";
}

/// <summary>Those that need several silos share them as well, since five processes take long to start.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class FaultClusterCollection : ICollectionFixture<FaultCluster>
{
    public const string Name = "faults of a cluster";
}

/// <summary>The processes of the platform as a user starts them, on a database of the test.</summary>
internal static class Launch
{
    /// <summary>Everything in one process.</summary>
    public static Task<PlatformProcess> SingleAsync(string connectionString, Uri? address = null, params (string Key, string Value)[] further) =>
        PlatformProcess.StartAsync("Api", Settings(connectionString, [("Platform:RunMode", "single"), .. further]), address: address);

    public static Task<PlatformProcess> SiloAsync(string connectionString) =>
        PlatformProcess.StartAsync("Silo", Settings(connectionString, ("Platform:RunMode", "cluster")));

    /// <summary>An API beside silos.</summary>
    public static Task<PlatformProcess> ApiAsync(string connectionString, params (string Key, string Value)[] further) =>
        PlatformProcess.StartAsync("Api", Settings(connectionString, [("Platform:RunMode", "cluster"), ("Silo:CoHosted", "false"), .. further]));

    private static Dictionary<string, string> Settings(string connectionString, params (string Key, string Value)[] further)
    {
        var settings = new Dictionary<string, string>
        {
            ["ConnectionStrings:Postgres"] = connectionString,
            ["Platform:HttpsRedirect"] = "false",
            ["Platform:WarmUp"] = "true", // Time is measured from when a process is ready.
            ["Management:Port"] = "0",
            ["PLATFORM_ADMIN_PASSWORD"] = "the-admins-password",
        };
        foreach (var (key, value) in further)
        {
            settings[key] = value;
        }

        return settings;
    }
}
