using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Platform.Silo.Hosting;

/// <summary>Settings of a silo or a client of the cluster, from the configuration sections Silo and Platform.</summary>
public sealed record SiloSettings
{
    public const string DatabaseKey = "ConnectionStrings:Postgres";

    /// <summary>The owner of the tables, only for the start. If it is not set, <see cref="DatabaseKey"/> is the owner's.</summary>
    public const string DatabaseOwnerKey = "ConnectionStrings:PostgresOwner";

    public const string RunModeKey = "Platform:RunMode";

    /// <summary>Shared by the members of a cluster. A single process gets a new one at each start.</summary>
    public required string ClusterId { get; init; }

    /// <summary>The owner of reminders and snapshots. It must never change.</summary>
    public required string ServiceId { get; init; }

    public required IPAddress Address { get; init; }

    public required int SiloPort { get; init; }

    /// <summary>0 if there is no gateway: a single process has no external clients.</summary>
    public required int GatewayPort { get; init; }

    /// <summary>How long an idle grain stays in memory.</summary>
    public required TimeSpan CollectionAge { get; init; }

    /// <summary>
    /// True for a single process with its own database. No member of an earlier start can be alive, so it waits for none.
    /// </summary>
    public required bool IsSingle { get; init; }

    public static SiloSettings Read(IConfiguration configuration, TimeProvider time)
    {
        var isSingle = configuration[RunModeKey] switch
        {
            "single" => true,
            null or "" or "cluster" => false,
            var other => throw new InvalidOperationException($"{RunModeKey} is '{other}'; it must be 'single' or 'cluster'."),
        };
        var silo = configuration.GetSection("Silo");
        return new SiloSettings
        {
            IsSingle = isSingle,
            ClusterId = isSingle ? Storage.Engine.Clustering.SingleCluster.NewId(time.GetUtcNow()) : silo["ClusterId"] ?? "platform",
            ServiceId = silo["ServiceId"] ?? "platform",
            Address = Resolve(silo["Address"]),
            SiloPort = Port(silo["SiloPort"]) is var port and > 0 ? port : FreePort(),
            GatewayPort = Port(silo["GatewayPort"]) is var gateway and > 0 ? gateway : isSingle ? 0 : FreePort(),
            CollectionAge = TimeSpan.TryParse(silo["CollectionAge"], CultureInfo.InvariantCulture, out var age)
                ? age
                : TimeSpan.FromMinutes(15),
        };
    }

    /// <summary>Resolves an address or a host name. The default is loopback.</summary>
    private static IPAddress Resolve(string? address)
    {
        if (string.IsNullOrEmpty(address))
        {
            return IPAddress.Loopback;
        }

        return IPAddress.TryParse(address, out var parsed)
            ? parsed
            : Array.Find(Dns.GetHostAddresses(address), candidate => candidate.AddressFamily == AddressFamily.InterNetwork)
                ?? throw new InvalidOperationException($"Silo:Address '{address}' has no IPv4 address.");
    }

    private static int Port(string? text) =>
        string.IsNullOrEmpty(text) ? 0 : int.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
