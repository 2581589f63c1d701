using System.Diagnostics;
using System.Globalization;

namespace Platform.Storage.Engine.PrivateServer;

/// <summary>
/// Finds and kills the processes of one private cluster by the cluster name in their command line or title. This works even if the
/// postmaster is gone and its file stale, and never affects another server.
/// </summary>
internal static class ServerProcesses
{
    public static async Task<IReadOnlyList<int>> FindAsync(string clusterName, CancellationToken cancellationToken)
    {
        if (Directory.Exists("/proc/self"))
        {
            return [.. Directory.EnumerateDirectories("/proc")
                .Select(Path.GetFileName)
                .Select(name => int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : 0)
                .Where(id => id > 0 && Belongs(ReadCommandLine(id), clusterName))];
        }

        var (_, output) = await ChildProcess.RunAsync(["ps", "-axo", "pid=,command="], cancellationToken);
        return [.. output.Split('\n')
            .Select(line => line.Trim().Split(' ', 2))
            .Where(parts => parts.Length == 2 && Belongs(parts[1], clusterName))
            .Select(parts => int.Parse(parts[0], CultureInfo.InvariantCulture))];
    }

    /// <summary>Sends SIGKILL until no process is left.</summary>
    public static async Task KillAsync(string clusterName, CancellationToken cancellationToken)
    {
        while (await FindAsync(clusterName, cancellationToken) is { Count: > 0 } ids)
        {
            foreach (var id in ids)
            {
                try
                {
                    using var process = Process.GetProcessById(id);
                    process.Kill();
                }
                catch (Exception gone) when (gone is ArgumentException or InvalidOperationException)
                {
                    continue;
                }
            }

            await Task.Delay(20, cancellationToken);
        }
    }

    /// <summary>"…/postgres -D … cluster_name=x" is the postmaster, "postgres: x: checkpointer" one of its children.</summary>
    private static bool Belongs(string commandLine, string clusterName) =>
        commandLine.StartsWith($"postgres: {clusterName}: ", StringComparison.Ordinal)
        || (commandLine.Split(' ', 2)[0].EndsWith("/postgres", StringComparison.Ordinal)
            && commandLine.Contains($"cluster_name={clusterName}", StringComparison.Ordinal));

    private static string ReadCommandLine(int id)
    {
        try
        {
            return File.ReadAllText($"/proc/{id}/cmdline").Replace('\0', ' ').Trim();
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
