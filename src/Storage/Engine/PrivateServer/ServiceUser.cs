namespace Platform.Storage.Engine.PrivateServer;

/// <summary>
/// The user that the server runs as: usually the current one. PostgreSQL refuses root; root runs it as `postgres`, or `nobody` if that
/// user does not exist, with the first of setpriv, runuser and su that works.
/// </summary>
internal sealed record ServiceUser(string? Name, Func<IReadOnlyList<string>, IReadOnlyList<string>> Wrap)
{
    public bool IsOther => Name is not null;

    public static async Task<ServiceUser> ChooseAsync(CancellationToken cancellationToken)
    {
        if (!Environment.IsPrivilegedProcess)
        {
            return new ServiceUser(null, command => command);
        }

        foreach (var name in (string[])["postgres", "nobody"])
        {
            if (await ReadIdAsync("-u", name, cancellationToken) is not { } user ||
                await ReadIdAsync("-g", name, cancellationToken) is not { } group)
            {
                continue;
            }

            Func<IReadOnlyList<string>, IReadOnlyList<string>>[] ways =
            [
                command => ["setpriv", $"--reuid={user}", $"--regid={group}", "--clear-groups", "--", .. command],
                command => ["runuser", "-u", name, "--", .. command],
                command => ["su", "-s", "/bin/sh", "-c", "exec " + string.Join(' ', command.Select(Quote)), name],
            ];
            foreach (var way in ways)
            {
                var (exitCode, output) = await ChildProcess.RunAsync(way(["id", "-u"]), cancellationToken);
                if (exitCode == 0 && output == user)
                {
                    return new ServiceUser(name, way);
                }
            }
        }

        throw new PrivatePostgresException(
            "PostgreSQL refuses to run as root, and no other user is available: there is no user postgres or nobody, "
            + "or none of setpriv, runuser and su works. Run the platform as an ordinary user, or add the user postgres.");
    }

    /// <summary>Makes this user the owner of the folder.</summary>
    public async Task TakeOwnershipAsync(string folder, CancellationToken cancellationToken)
    {
        if (IsOther)
        {
            var (exitCode, output) = await ChildProcess.RunAsync(["chown", "-R", $"{Name}:", folder + "/"], cancellationToken);
            if (exitCode != 0)
            {
                throw new PrivatePostgresException($"Could not make the user {Name} the owner of {folder}: {output}");
            }
        }
    }

    /// <summary>Whether this user can enter and write the folder.</summary>
    public async Task<bool> CanUseAsync(string folder, CancellationToken cancellationToken) =>
        (await ChildProcess.RunAsync(Wrap(["test", "-w", folder + "/", "-a", "-x", folder + "/"]), cancellationToken)).ExitCode == 0;

    private static async Task<string?> ReadIdAsync(string what, string name, CancellationToken cancellationToken)
    {
        var (exitCode, output) = await ChildProcess.RunAsync(["id", what, name], cancellationToken);
        return exitCode == 0 ? output : null;
    }

    private static string Quote(string word) => $"'{word.Replace("'", @"'\''", StringComparison.Ordinal)}'";
}
