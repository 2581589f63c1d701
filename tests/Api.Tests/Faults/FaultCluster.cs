using Npgsql;
using Platform.Testing;

namespace Platform.Api.Tests.Faults;

/// <summary>Three silos and two APIs, each a process, on a durable server of their own.</summary>
public sealed class FaultCluster : IAsyncLifetime
{
    private readonly PostgresServerFixture _server = new();
    private readonly List<PlatformProcess> _silos = [];
    private PlatformProcess[] _apis = [];

    public string ConnectionString => _server.ConnectionString;

    public IReadOnlyList<PlatformProcess> Silos => _silos;

    public IReadOnlyList<Uri> Apis => [.. _apis.Select(api => api.Address)];

    public async Task InitializeAsync()
    {
        await _server.InitializeAsync();
        _silos.AddRange(await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Launch.SiloAsync(ConnectionString))));
        _apis = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => Launch.ApiAsync(ConnectionString)));
    }

    /// <summary>A further silo; with other credentials where a connection string is given.</summary>
    public async Task<PlatformProcess> JoinAsync(string? connectionString = null)
    {
        var silo = await Launch.SiloAsync(connectionString ?? ConnectionString);
        _silos.Add(silo);
        return silo;
    }

    /// <summary>Three silos again, whatever an earlier test has left.</summary>
    public async Task RepairAsync()
    {
        foreach (var ended in _silos.Where(silo => silo.HasExited).ToArray())
        {
            await LeaveAsync(ended);
        }

        while (_silos.Count < 3)
        {
            await JoinAsync();
        }
    }

    /// <summary>The port by which the member that joined last is known to the others.</summary>
    public Task<int> NewestMemberAsync() =>
        TableChecks.ScalarAsync<int>(ConnectionString, "SELECT port FROM orleansmembershiptable ORDER BY starttime DESC LIMIT 1");

    public Task DeclaredDeadAsync(int member, TimeSpan within) => Eventually.HoldsAsync(
        async () => await TableChecks.ScalarAsync<int>(ConnectionString, $"SELECT status FROM orleansmembershiptable WHERE port = {member} ORDER BY starttime DESC LIMIT 1") == 6,
        within, "the silo is declared dead");

    /// <summary>Lets go of a silo that has ended, or ends it.</summary>
    public async Task LeaveAsync(PlatformProcess silo)
    {
        _silos.Remove(silo);
        await silo.DisposeAsync();
    }

    public async Task DisposeAsync()
    {
        await Task.WhenAll(_apis.Select(api => api.DisposeAsync().AsTask()));
        await Task.WhenAll(_silos.Select(silo => silo.DisposeAsync().AsTask()));
        NpgsqlConnection.ClearAllPools();
        await _server.DisposeAsync();
    }
}
