using System.Globalization;
using System.Text.RegularExpressions;

namespace Platform.Storage.Engine.PrivateServer;

/// <summary>An installed PostgreSQL: the folder with initdb, pg_ctl and postgres of one major version.</summary>
public sealed partial record ServerPrograms(string Folder, int Major)
{
    /// <summary>The oldest version with the features that the journal needs (xid8, pg_current_xact_id).</summary>
    public const int OldestMajor = 13;

    public string InitDb => Path.Combine(Folder, "initdb");

    public string PgCtl => Path.Combine(Folder, "pg_ctl");

    /// <summary>
    /// Searches PATH and the folders that distributions use, and takes the newest version. An existing cluster needs the major version
    /// that created it.
    /// </summary>
    /// <exception cref="PrivatePostgresException">None was found; the message says what to install.</exception>
    public static async Task<ServerPrograms> LocateAsync(int? major, CancellationToken cancellationToken)
    {
        var found = new List<ServerPrograms>();
        foreach (var folder in Candidates().Distinct(StringComparer.Ordinal))
        {
            if (await TryReadAsync(folder, cancellationToken) is { } programs && programs.Major >= OldestMajor)
            {
                found.Add(programs);
            }
        }

        return found.Where(p => major is null || p.Major == major).MaxBy(p => p.Major)
            ?? throw new PrivatePostgresException(major is null ? Missing() : MissingMajor(major.Value, found));
    }

    private static IEnumerable<string> Candidates()
    {
        var path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        foreach (var folder in path)
        {
            var pgCtl = new FileInfo(Path.Combine(folder, "pg_ctl"));
            if (pgCtl.Exists)
            {
                var target = pgCtl.ResolveLinkTarget(returnFinalTarget: true) ?? pgCtl;
                yield return target is FileInfo { DirectoryName: { } real } ? real : folder;
            }
        }

        (string Parent, string Pattern, string Below)[] places =
        [
            ("/usr/lib/postgresql", "*", "bin"), // Debian, Ubuntu
            ("/usr", "pgsql-*", "bin"), // PostgreSQL's own packages for Red Hat
            ("/usr/libexec", "postgresql*", ""), // Alpine
            ("/opt/homebrew/opt", "postgresql*", "bin"), // macOS
            ("/usr/local/opt", "postgresql*", "bin"),
        ];
        foreach (var (parent, pattern, below) in places.Where(p => Directory.Exists(p.Parent)))
        {
            foreach (var folder in Directory.EnumerateDirectories(parent, pattern))
            {
                yield return Path.Combine(folder, below).TrimEnd('/');
            }
        }
    }

    private static async Task<ServerPrograms?> TryReadAsync(string folder, CancellationToken cancellationToken)
    {
        var postgres = Path.Combine(folder, "postgres");
        if (!File.Exists(postgres) || !File.Exists(Path.Combine(folder, "initdb")) || !File.Exists(Path.Combine(folder, "pg_ctl")))
        {
            return null;
        }

        var answer = await ChildProcess.RunAsync([postgres, "--version"], cancellationToken);
        var version = FirstNumber().Match(answer.Output);
        return answer.ExitCode == 0 && version.Success
            ? new ServerPrograms(folder, int.Parse(version.Value, CultureInfo.InvariantCulture))
            : null;
    }

    private static string Missing() =>
        $"""
        No PostgreSQL server {OldestMajor} or newer was found. Install one:
          Debian, Ubuntu:  apt-get install postgresql
          Fedora, RHEL:    dnf install postgresql-server
          Alpine:          apk add postgresql
          openSUSE:        zypper install postgresql-server
          macOS:           brew install postgresql
        or set the environment variable ConnectionStrings__Postgres to the connection string of a running server.
        """;

    private static string MissingMajor(int major, List<ServerPrograms> found) =>
        $"The data was created by PostgreSQL {major}, which is not installed (found: "
        + $"{(found.Count == 0 ? "none" : string.Join(", ", found.Select(p => p.Major)))}). "
        + $"Install PostgreSQL {major} as well, or migrate the data with pg_upgrade.";

    [GeneratedRegex(@"\d+")]
    private static partial Regex FirstNumber();
}
