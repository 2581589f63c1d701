using Npgsql;
using Platform.Testing;

namespace Platform.Api.Tests.Faults;

/// <summary>Three silos and two APIs, each a process, on their own durable database server.</summary>
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

    /// <summary>Starts another silo, with other credentials if a connection string is given.</summary>
    public async Task<PlatformProcess> JoinAsync(string? connectionString = null)
    {
        var silo = await Launch.SiloAsync(connectionString ?? ConnectionString);
        _silos.Add(silo);
        return silo;
    }

    /// <summary>Restores three silos, whatever an earlier test left.</summary>
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

    /// <summary>The port that identifies the most recently joined member.</summary>
    public Task<int> NewestMemberAsync() =>
        TableChecks.ScalarAsync<int>(ConnectionString, "SELECT port FROM orleansmembershiptable ORDER BY starttime DESC LIMIT 1");

    public Task DeclaredDeadAsync(int member, TimeSpan within) => Eventually.HoldsAsync(
        async () => await TableChecks.ScalarAsync<int>(
            ConnectionString, $"SELECT status FROM orleansmembershiptable WHERE port = {member} ORDER BY starttime DESC LIMIT 1") == 6,
        within, "the silo is declared dead");

    /// <summary>Removes a silo, and ends it if it still runs.</summary>
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
