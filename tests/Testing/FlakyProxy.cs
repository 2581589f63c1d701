using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace Platform.Testing;

/// <summary>
/// A TCP relay in front of Postgres that can lose an answer, lose a request, or be down, so that a test can make the
/// outcome of a commit unknown.
/// </summary>
public sealed class FlakyProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stopping = new();
    private readonly List<TcpClient> _clients = [];
    private readonly Lock _gate = new();
    private readonly EndPoint _server;
    private readonly Task _accepting;
    private volatile Fault _fault;

    public FlakyProxy(string connectionString)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString);
        _server = new IPEndPoint(IPAddress.Parse(settings.Host!), settings.Port);
        _listener.Start();
        settings.Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        settings.SslMode = SslMode.Disable;
        ConnectionString = settings.ConnectionString;
        _accepting = AcceptAsync();
    }

    private enum Fault
    {
        None,
        LoseAnswer,
        LoseRequest,
        Down,
    }

    /// <summary>Leads through the proxy.</summary>
    public string ConnectionString { get; }

    /// <summary>The next statement that mentions the text is executed, but its answer is lost together with the connection.</summary>
    public void LoseNextAnswer(string statement) => Arm(Fault.LoseAnswer, statement);

    /// <summary>The next statement that mentions the text never arrives; its connection is lost.</summary>
    public void LoseNextRequest(string statement) => Arm(Fault.LoseRequest, statement);

    /// <summary>Cuts all connections and refuses new ones until <see cref="Up"/>.</summary>
    public void Down()
    {
        _fault = Fault.Down;
        lock (_gate)
        {
            _clients.ForEach(client => client.Close());
            _clients.Clear();
        }
    }

    public void Up() => _fault = Fault.None;

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Stop();
        Down();
        await _accepting;
        _stopping.Dispose();
    }

    private byte[] _statement = [];

    private void Arm(Fault fault, string statement)
    {
        _statement = System.Text.Encoding.ASCII.GetBytes(statement);
        _fault = fault;
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (!_stopping.IsCancellationRequested)
            {
                var client = await _listener.AcceptTcpClientAsync(_stopping.Token);
                _ = RelayAsync(client);
            }
        }
        catch (Exception exception) when (
            exception is OperationCanceledException or SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // Disposed of; the listener may stop between two turns, and then says that it was never started.
        }
    }

    private async Task RelayAsync(TcpClient client)
    {
        if (_fault == Fault.Down)
        {
            client.Close();
            return;
        }

        using var server = new TcpClient();
        try
        {
            await server.ConnectAsync((IPEndPoint)_server);
            lock (_gate)
            {
                _clients.Add(client);
                _clients.Add(server);
            }

            client.NoDelay = server.NoDelay = true;
            var connection = new Connection();
            await Task.WhenAny(
                ForwardAsync(client.GetStream(), server.GetStream(), connection),
                ReturnAsync(server.GetStream(), client.GetStream(), connection));
        }
        catch (Exception exception) when (
            exception is IOException or SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // Either side is gone.
        }

        client.Close();
    }

    private async Task ForwardAsync(NetworkStream from, NetworkStream to, Connection connection)
    {
        var buffer = new byte[1 << 16];
        while (await from.ReadAsync(buffer) is var read and > 0)
        {
            // A prepared statement is sent by name: once its text went by, the connection is known to carry it.
            connection.Mentions |= _statement.Length > 0 && buffer.AsSpan(0, read).IndexOf(_statement) >= 0;
            if (connection.Mentions && _fault == Fault.LoseRequest)
            {
                _fault = Fault.None;
                return;
            }

            connection.LoseAnswer |= connection.Mentions && _fault == Fault.LoseAnswer;
            await to.WriteAsync(buffer.AsMemory(0, read));
        }
    }

    private async Task ReturnAsync(NetworkStream from, NetworkStream to, Connection connection)
    {
        var buffer = new byte[1 << 16];
        while (await from.ReadAsync(buffer) is var read and > 0)
        {
            if (connection.LoseAnswer)
            {
                _fault = Fault.None;
                return;
            }

            await to.WriteAsync(buffer.AsMemory(0, read));
        }
    }

    private sealed class Connection
    {
        public bool Mentions { get; set; }

        public bool LoseAnswer { get; set; }
    }
}
