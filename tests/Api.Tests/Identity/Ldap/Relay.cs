using System.Net;
using System.Net.Sockets;

namespace Platform.Api.Tests.Identity.Ldap;

/// <summary>Forwards connections on its port to a given server, closes them, or keeps them silent.</summary>
internal sealed class Relay : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _accepting;
    private volatile int _target;

    public Relay(int target)
    {
        _target = target;
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _accepting = AcceptAsync();
    }

    public const int Down = 0;
    public const int Silent = -1;

    public int Port { get; }

    /// <summary>Sets the target of new connections: a port, <see cref="Down"/> or <see cref="Silent"/>.</summary>
    public void ForwardTo(int target) => _target = target;

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Stop();
        await _accepting;
        _stopping.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (!_stopping.IsCancellationRequested)
            {
                _ = ServeAsync(await _listener.AcceptTcpClientAsync(_stopping.Token));
            }
        }
        catch (Exception exception) when (
            exception is OperationCanceledException or SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // Disposed; a listener that is stopped between two accepts reports that it was never started.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                switch (_target)
                {
                    case Down:
                        return;
                    case Silent:
                        await client.GetStream().CopyToAsync(Stream.Null, _stopping.Token);
                        return;
                    default:
                        using (var server = new TcpClient())
                        {
                            await server.ConnectAsync(IPAddress.Loopback, _target);
                            var (here, there) = (client.GetStream(), server.GetStream());
                            await Task.WhenAny(here.CopyToAsync(there, _stopping.Token), there.CopyToAsync(here, _stopping.Token));
                        }

                        return;
                }
            }
            catch (Exception exception) when (
                exception is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
            {
                // Either side closed the connection.
            }
        }
    }
}
