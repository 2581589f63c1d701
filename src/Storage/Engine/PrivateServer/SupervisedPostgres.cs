using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Platform.Storage.Engine.PrivateServer;

/// <summary>
/// Restarts the server of a private cluster if it was killed, for lack of memory or by mistake. The writer finds out the outcome of
/// running transactions, as after any database outage.
/// </summary>
public sealed partial class SupervisedPostgres : IAsyncDisposable
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    private readonly PrivatePostgres _postgres;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _watching;

    /// <summary>Takes over a started cluster, and stops it when disposed.</summary>
    public SupervisedPostgres(PrivatePostgres started, ILogger logger)
    {
        _postgres = started;
        _logger = logger;
        _watching = WatchAsync(started.ConnectionString);
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _watching;
        await _postgres.DisposeAsync();
        _stopping.Dispose();
    }

    private async Task WatchAsync(string connectionString)
    {
        var port = new NpgsqlConnectionStringBuilder(connectionString).Port;
        using var timer = new PeriodicTimer(Every);
        try
        {
            while (await timer.WaitForNextTickAsync(_stopping.Token))
            {
                if (!await IsListeningAsync(port))
                {
                    await RestartAsync(connectionString);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // Disposed.
        }
    }

    private async Task RestartAsync(string connectionString)
    {
        LogGone(_logger);
        try
        {
            await _postgres.StartAsync(_stopping.Token);
            if (_postgres.ConnectionString != connectionString)
            {
                LogMoved(_logger);
            }
        }
        catch (PrivatePostgresException exception)
        {
            LogNotStarted(_logger, exception.Message);
        }
    }

    private async Task<bool> IsListeningAsync(int port)
    {
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync(IPAddress.Loopback, port, _stopping.Token);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    [LoggerMessage(1, LogLevel.Error, "The private PostgreSQL server has ended; restarting it.")]
    private static partial void LogGone(ILogger logger);

    [LoggerMessage(2, LogLevel.Critical, "The private PostgreSQL server had to use another port; restart this process.")]
    private static partial void LogMoved(ILogger logger);

    [LoggerMessage(3, LogLevel.Error, "The private PostgreSQL server does not start: {Reason}")]
    private static partial void LogNotStarted(ILogger logger, string reason);
}
