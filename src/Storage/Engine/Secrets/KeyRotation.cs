namespace Platform.Storage.Engine.Secrets;

/// <summary>
/// Rotates the keys while processes run: adds a new key to the key file, reseals everything with it and, on request, drops the old
/// keys. If an earlier rotation was not finished, it finishes that one and adds no key.
/// </summary>
public sealed class KeyRotation(PlatformDatabase database, SecretKeys keys, TimeProvider time)
{
    /// <summary>
    /// How long after a new key a process may still store secrets sealed with the old one: it reads the file again after
    /// <see cref="SecretKeys.Refresh"/>, and a statement takes at most ten seconds.
    /// </summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(30);

    private readonly SecretUsage _usage = new(database);

    /// <summary>Rotates the keys. Returns false if some secrets could not be resealed; their keys are not dropped.</summary>
    /// <param name="dropOld">Removes the keys that are no longer needed from the key file.</param>
    /// <param name="report">Receives what was done, one line at a time.</param>
    /// <exception cref="SecretException">Another rotation is running, or the key file cannot be written.</exception>
    public async Task<bool> RunAsync(bool dropOld, Action<string> report, CancellationToken cancellationToken)
    {
        var rotation = new SecretRotation(database, keys);
        await using var turn = await rotation.TryLockAsync(cancellationToken)
            ?? throw new SecretException("Another rotation is running on this database.");
        await BeginAsync(dropOld, report, cancellationToken);
        var resealed = await rotation.ResealAsync(null, cancellationToken);
        if (dropOld && keys.File is not null)
        {
            await WaitAsync(report, cancellationToken);
            var late = await rotation.ResealAsync(null, cancellationToken);
            resealed = new Resealed(resealed.Secrets + late.Secrets, resealed.SigningKeys + late.SigningKeys, late.Failures);
        }

        report($"Resealed with the key {keys.Ring.Current.Id}: {resealed.Secrets} secrets, {resealed.SigningKeys} signing keys.");
        foreach (var failure in resealed.Failures)
        {
            report($"Not resealed: {failure}");
        }

        await EndAsync(dropOld, report, cancellationToken);
        return resealed.Failures.Count == 0;
    }

    private async Task BeginAsync(bool dropOld, Action<string> report, CancellationToken cancellationToken)
    {
        var ring = keys.Ring;
        var used = await _usage.KeyIdsAsync(cancellationToken);
        if (keys.File is not { } file)
        {
            report($"The keys come from the configuration; the first, {ring.Current.Id}, is the current one.");
        }
        else if (used.Any(id => id != ring.Current.Id) || (dropOld && ring.Keys.Count > 1))
        {
            report($"Finishing an earlier rotation to the key {ring.Current.Id}; no new key is created.");
        }
        else
        {
            var added = SecretKey.New(time.GetUtcNow());
            KeyFile.Replace(file, new KeyRing([added, .. ring.Keys]));
            keys.Reload();
            report($"The new key {added.Id} is the current one in {file}.");
        }
    }

    private async Task WaitAsync(Action<string> report, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var remaining = (keys.Ring.Current.CreatedAt ?? now) + Grace - now;
        if (remaining > TimeSpan.Zero)
        {
            var wait = Task.Delay(remaining, time, cancellationToken);
            report($"Waiting {remaining.TotalSeconds:0} s until no process seals with an old key.");
            await wait;
        }
    }

    private async Task EndAsync(bool dropOld, Action<string> report, CancellationToken cancellationToken)
    {
        var ring = keys.Ring;
        var used = await _usage.KeyIdsAsync(cancellationToken);
        var kept = ring.Keys.Where(key => key == ring.Current || used.Contains(key.Id)).ToList();
        var unused = string.Join(", ", ring.Keys.Except(kept).Select(key => key.Id));
        if (unused.Length == 0)
        {
            return;
        }

        if (keys.File is not { } file)
        {
            report($"These keys are no longer needed: {unused}. Remove them from the configuration of every process.");
        }
        else if (dropOld)
        {
            KeyFile.Replace(file, new KeyRing(kept));
            keys.Reload();
            report($"Dropped from {file}: {unused}. Older backups of the database need them: keep a copy as long as those backups.");
        }
        else
        {
            report($"These keys are no longer needed: {unused}. Drop them with: platform secrets rotate --drop-old");
        }
    }
}
