namespace Platform.Storage.Engine.Secrets;

/// <summary>
/// The key ring of a process: fixed, or a file that is read again when it may have changed. Rotating the file is seen by running
/// processes within <see cref="Refresh"/>, and at once by one that meets a key it does not know.
/// </summary>
public sealed class SecretKeys
{
    /// <summary>How long a process may go on with what it has read.</summary>
    public static readonly TimeSpan Refresh = TimeSpan.FromSeconds(5);

    private readonly Lock _reading = new();
    private readonly TimeProvider _time;
    private volatile KeyRing _ring;
    private long _readAt;

    private SecretKeys(KeyRing ring, string? file, TimeProvider time)
    {
        _ring = ring;
        _time = time;
        _readAt = time.GetTimestamp();
        File = file;
    }

    /// <summary>Where the keys come from; null where they are configured one by one.</summary>
    public string? File { get; }

    /// <summary>As of now, at most <see cref="Refresh"/> old.</summary>
    public KeyRing Ring => File is null || _time.GetElapsedTime(Volatile.Read(ref _readAt)) < Refresh ? _ring : Read(File);

    public static SecretKeys Of(KeyRing ring) => new(ring, null, TimeProvider.System);

    /// <exception cref="SecretException">The file is missing, open to others, or holds no keys.</exception>
    public static SecretKeys OfFile(string file, TimeProvider time) => new(KeyFile.Read(file), file, time);

    /// <summary>Reads the file now.</summary>
    public void Reload()
    {
        if (File is not null)
        {
            Read(File);
        }
    }

    public SecretKey? Find(string id) => Ring.Find(id) ?? (File is null ? null : Read(File).Find(id));

    private KeyRing Read(string file)
    {
        lock (_reading)
        {
            var now = _time.GetTimestamp(); // Before the file is read, so that the ring is never taken for newer than it is.
            try
            {
                _ring = KeyFile.Read(file);
            }
            catch (SecretException)
            {
                // A file that is away for a moment takes no keys from a running process; the next start says what is wrong with it.
            }

            Volatile.Write(ref _readAt, now);
            return _ring;
        }
    }
}
