using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Configuration;

namespace Platform.Silo.Hosting;

/// <summary>What a silo or a client of the cluster is told from outside: sections Silo and Platform of the configuration.</summary>
public sealed record SiloSettings
{
    public const string DatabaseKey = "ConnectionStrings:Postgres";

    /// <summary>The owner of the tables, for the start alone. Where it is not set, <see cref="DatabaseKey"/> names the owner.</summary>
    public const string DatabaseOwnerKey = "ConnectionStrings:PostgresOwner";

    public const string RunModeKey = "Platform:RunMode";

    /// <summary>Members of one cluster share it. Made anew for each start of a process that runs alone.</summary>
    public required string ClusterId { get; init; }

    /// <summary>The owner of reminders and snapshots; the same for life.</summary>
    public required string ServiceId { get; init; }

    public required IPAddress Address { get; init; }

    public required int SiloPort { get; init; }

    /// <summary>0 where there is no gateway: a process that runs alone has no clients outside.</summary>
    public required int GatewayPort { get; init; }

    /// <summary>How long an idle grain stays in memory.</summary>
    public required TimeSpan CollectionAge { get; init; }

    /// <summary>
    /// True for one process with a database of its own. No member of an earlier start can then be alive, so none is waited for.
    /// </summary>
    public required bool Alone { get; init; }

    public static SiloSettings Read(IConfiguration configuration, TimeProvider time)
    {
        var alone = configuration[RunModeKey] switch
        {
            "single" => true,
            null or "" or "cluster" => false,
            var other => throw new InvalidOperationException($"{RunModeKey} is '{other}'; it must be 'single' or 'cluster'."),
        };
        var silo = configuration.GetSection("Silo");
        return new SiloSettings
        {
            Alone = alone,
            ClusterId = alone ? Storage.Engine.Clustering.SingleCluster.NewId(time.GetUtcNow()) : silo["ClusterId"] ?? "platform",
            ServiceId = silo["ServiceId"] ?? "platform",
            Address = Resolve(silo["Address"]),
            SiloPort = Port(silo["SiloPort"]) is var port and > 0 ? port : FreePort(),
            GatewayPort = Port(silo["GatewayPort"]) is var gateway and > 0 ? gateway : alone ? 0 : FreePort(),
            CollectionAge = TimeSpan.TryParse(silo["CollectionAge"], CultureInfo.InvariantCulture, out var age) ? age : TimeSpan.FromMinutes(15),
        };
    }

    /// <summary>An address or a host name; loopback where there is none.</summary>
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

    private static int Port(string? text) => string.IsNullOrEmpty(text) ? 0 : int.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
