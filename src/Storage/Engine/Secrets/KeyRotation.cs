namespace Platform.Storage.Engine.Secrets;

/// <summary>
/// The whole of a rotation beside running processes: a new key in the key file, everything sealed anew with it, and the old
/// keys dropped where that is asked for. One that was begun and not finished is finished first, with no further key.
/// </summary>
public sealed class KeyRotation(PlatformDatabase database, SecretKeys keys, TimeProvider time)
{
    /// <summary>
    /// For so long after a new key a process may still store what it sealed with the old one: it reads the file again after
    /// <see cref="SecretKeys.Refresh"/>, and a statement takes ten seconds at most.
    /// </summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(30);

    private readonly SecretUsage _usage = new(database);

    /// <summary>Returns false where something could not be sealed anew; then no key that it needs is dropped.</summary>
    /// <param name="dropOld">Takes the keys that nothing needs out of the key file.</param>
    /// <param name="tell">Is told what was done, a line at a time.</param>
    /// <exception cref="SecretException">Another rotation is running, or the key file cannot be written.</exception>
    public async Task<bool> RunAsync(bool dropOld, Action<string> tell, CancellationToken cancellationToken)
    {
        var rotation = new SecretRotation(database, keys);
        await using var turn = await rotation.TryEnterAsync(cancellationToken) ?? throw new SecretException("Another rotation is running on this database.");
        await BeginAsync(dropOld, tell, cancellationToken);
        var resealed = await rotation.ResealAsync(null, cancellationToken);
        if (dropOld && keys.File is not null)
        {
            await WaitAsync(tell, cancellationToken);
            var late = await rotation.ResealAsync(null, cancellationToken);
            resealed = new Resealed(resealed.Secrets + late.Secrets, resealed.SigningKeys + late.SigningKeys, late.Failures);
        }

        tell($"Sealed anew with the key {keys.Ring.Current.Id}: {resealed.Secrets} secrets, {resealed.SigningKeys} signing keys.");
        foreach (var failure in resealed.Failures)
        {
            tell($"Not sealed anew: {failure}");
        }

        await EndAsync(dropOld, tell, cancellationToken);
        return resealed.Failures.Count == 0;
    }

    private async Task BeginAsync(bool dropOld, Action<string> tell, CancellationToken cancellationToken)
    {
        var ring = keys.Ring;
        var used = await _usage.KeyIdsAsync(cancellationToken);
        if (keys.File is not { } file)
        {
            tell($"The keys are configured; the first of them, {ring.Current.Id}, is the current one.");
        }
        else if (used.Any(id => id != ring.Current.Id) || (dropOld && ring.Keys.Count > 1))
        {
            tell($"An earlier rotation to the key {ring.Current.Id} is finished; no further key is made.");
        }
        else
        {
            var added = SecretKey.New(time.GetUtcNow());
            KeyFile.Replace(file, new KeyRing([added, .. ring.Keys]));
            keys.Reload();
            tell($"The key {added.Id} is the current one in {file}.");
        }
    }

    private async Task WaitAsync(Action<string> tell, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var remaining = (keys.Ring.Current.CreatedAt ?? now) + Grace - now;
        if (remaining > TimeSpan.Zero)
        {
            var wait = Task.Delay(remaining, time, cancellationToken);
            tell($"Waiting {remaining.TotalSeconds:0} s, until no process seals with an old key any more.");
            await wait;
        }
    }

    private async Task EndAsync(bool dropOld, Action<string> tell, CancellationToken cancellationToken)
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
            tell($"Nothing needs these keys: {unused}. Take them out of the configuration of every process.");
        }
        else if (dropOld)
        {
            KeyFile.Replace(file, new KeyRing(kept));
            keys.Reload();
            tell($"Dropped from {file}: {unused}. Backups of the database from before need them: keep a copy as long as those.");
        }
        else
        {
            tell($"Nothing needs these keys: {unused}. Drop them with: platform secrets rotate --drop-old");
        }
    }
}
