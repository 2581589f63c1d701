using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Platform.Storage.Engine.PrivateServer;

/// <summary>
/// A private cluster that is started again when its server is gone although nobody stopped it: killed for want of memory, or
/// by mistake. What was under way is found out by the writer, as with any database that comes back.
/// </summary>
public sealed partial class SupervisedPostgres : IAsyncDisposable
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    private readonly PrivatePostgres _postgres;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _watching;

    /// <summary>Takes over a started cluster, which it stops when it is disposed.</summary>
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

    [LoggerMessage(1, LogLevel.Error, "The private PostgreSQL server is gone; it is started again.")]
    private static partial void LogGone(ILogger logger);

    [LoggerMessage(2, LogLevel.Critical, "The private PostgreSQL server had to take another port; restart this process.")]
    private static partial void LogMoved(ILogger logger);

    [LoggerMessage(3, LogLevel.Error, "The private PostgreSQL server does not start: {Reason}")]
    private static partial void LogNotStarted(ILogger logger, string reason);
}
