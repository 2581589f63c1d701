using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;

#pragma warning disable CA1416 // A private cluster runs on Linux and macOS; elsewhere no programs are found before this.

namespace Platform.Storage.Engine.PrivateServer;

/// <summary>
/// The folder of a private cluster: `data`, `server.log`, `port`, `password` (readable only by its owner) and `lock`. The object
/// holds the lock, which is released when the process ends for any reason.
/// </summary>
internal sealed class ClusterFolder : IDisposable
{
    private readonly FileStream _lock;

    private ClusterFolder(string path, FileStream held)
    {
        Path = path;
        _lock = held;
        Name = "platform-" + Hash(path);
    }

    public string Path { get; }

    /// <summary>The cluster name, which is in the command line of each of its processes.</summary>
    public string Name { get; }

    public string Data => In("data");

    public string Log => In("server.log");

    /// <summary>The major version that created the data; null before the first start.</summary>
    public int? Major => File.Exists(System.IO.Path.Combine(Data, "PG_VERSION"))
        ? int.Parse(File.ReadAllText(System.IO.Path.Combine(Data, "PG_VERSION")).Trim(), CultureInfo.InvariantCulture)
        : null;

    public string In(string name) => System.IO.Path.Combine(Path, name);

    public static async Task<ClusterFolder> OpenAsync(string folder, ServiceUser user, CancellationToken cancellationToken)
    {
        var path = await PlaceAsync(System.IO.Path.GetFullPath(folder), user, cancellationToken);
        try
        {
            // On Unix this is flock: it is released when the process dies.
            var file = System.IO.Path.Combine(path, "lock");
            return new ClusterFolder(path, new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException held)
        {
            throw new PrivatePostgresException(
                $"Another instance is running on the data folder {folder}. Stop it, or choose another folder with --data " +
                "and another port with --port.",
                held);
        }
    }

    /// <summary>The stored password, or a new one before the first start.</summary>
    public string ReadOrCreatePassword()
    {
        var file = In("password");
        if (File.Exists(file))
        {
            return File.ReadAllText(file).Trim();
        }

        if (Major is not null)
        {
            throw new PrivatePostgresException(
                $"{file} is missing; without it the database in this folder cannot be opened. Restore it from a backup.");
        }

        var password = RandomNumberGenerator.GetHexString(48, lowercase: true);
        using var stream = new FileStream(file, new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        });
        stream.Write(Encoding.ASCII.GetBytes(password));
        stream.Flush(flushToDisk: true);
        return password;
    }

    /// <summary>Chooses the port of the last start if it is still free, otherwise any free one, and stores it for the next start.</summary>
    public int ChoosePort()
    {
        var file = In("port");
        var isReusable = int.TryParse(
            File.Exists(file) ? File.ReadAllText(file) : null, CultureInfo.InvariantCulture, out var last) && IsFree(last);
        var port = isReusable ? last : FreePort();
        File.WriteAllText(file, port.ToString(CultureInfo.InvariantCulture));
        return port;
    }

    public void ForgetPort() => File.Delete(In("port"));

    public void Dispose() => _lock.Dispose();

    /// <summary>
    /// If the server's user cannot access the folder (for example because it is in a private home), the cluster is stored in
    /// /var/lib/orleans-platform and the folder is a link to it.
    /// </summary>
    private static async Task<string> PlaceAsync(string folder, ServiceUser user, CancellationToken cancellationToken)
    {
        if (new DirectoryInfo(folder).LinkTarget is not null &&
            Directory.ResolveLinkTarget(folder, returnFinalTarget: true) is { } existing)
        {
            await CreateAsync(existing.FullName, user, cancellationToken);
            return existing.FullName;
        }

        await CreateAsync(folder, user, cancellationToken);
        if (await user.CanUseAsync(folder, cancellationToken))
        {
            return folder;
        }

        if (!user.IsOther)
        {
            throw new PrivatePostgresException($"This user cannot write to {folder}. Choose another folder with --data.");
        }

        if (Directory.EnumerateFileSystemEntries(folder).Any())
        {
            throw new PrivatePostgresException(
                $"{folder} contains a cluster that the user {user.Name} can no longer access. " +
                "Give that user access to its parent folders (mode o+x).");
        }

        var elsewhere = System.IO.Path.Combine("/var/lib/orleans-platform", Hash(folder));
        await CreateAsync(elsewhere, user, cancellationToken);
        Directory.Delete(folder);
        Directory.CreateSymbolicLink(folder, elsewhere);
        return elsewhere;
    }

    private static async Task CreateAsync(string folder, ServiceUser user, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder);
        File.SetUnixFileMode(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        await user.TakeOwnershipAsync(folder, cancellationToken);
    }

    private static bool IsFree(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static string Hash(string path) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(path)))[..16];
}
