using Platform.Testing;

namespace Platform.Api.Tests.Faults;

/// <summary>Fault tests share one durable server and do not run in parallel: they kill shared processes and measure time.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class FaultCollection : ICollectionFixture<PostgresServerFixture>
{
    public const string Name = "faults";
}

/// <summary>Tests that need several silos share them, because starting five processes takes long.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class FaultClusterCollection : ICollectionFixture<FaultCluster>
{
    public const string Name = "faults of a cluster";
}

/// <summary>Starts the platform's processes as a user would, on a test database.</summary>
internal static class Launch
{
    /// <summary>Starts everything in one process.</summary>
    public static Task<PlatformProcess> SingleAsync(
        string connectionString, Uri? address = null, params (string Key, string Value)[] more) =>
        PlatformProcess.StartAsync("Api", Settings(connectionString, [("Platform:RunMode", "single"), .. more]), address: address);

    public static Task<PlatformProcess> SiloAsync(string connectionString) =>
        PlatformProcess.StartAsync("Silo", Settings(connectionString, ("Platform:RunMode", "cluster")));

    /// <summary>Starts an API without its own silo.</summary>
    public static Task<PlatformProcess> ApiAsync(string connectionString, params (string Key, string Value)[] more) =>
        PlatformProcess.StartAsync(
            "Api", Settings(connectionString, [("Platform:RunMode", "cluster"), ("Silo:CoHosted", "false"), .. more]));

    private static Dictionary<string, string> Settings(string connectionString, params (string Key, string Value)[] more)
    {
        var settings = new Dictionary<string, string>
        {
            ["ConnectionStrings:Postgres"] = connectionString,
            ["Platform:HttpsRedirect"] = "false",
            ["Platform:WarmUp"] = "true", // Times are measured from when a process is ready.
            ["Management:Port"] = "0",
            ["PLATFORM_ADMIN_PASSWORD"] = "the-admins-password",
        };
        foreach (var (key, value) in more)
        {
            settings[key] = value;
        }

        return settings;
    }
}
