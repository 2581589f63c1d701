namespace Platform.Storage.Engine.Secrets;

/// <summary>
/// The key ring of a process: fixed, or from a file. Running processes see a changed file within <see cref="Refresh"/>, or as soon as
/// they need a key that they do not have.
/// </summary>
public sealed class SecretKeys
{
    /// <summary>How long a process uses the file's content before it reads it again.</summary>
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

    /// <summary>The key file; null if the keys come from the configuration.</summary>
    public string? File { get; }

    /// <summary>The current key ring, at most <see cref="Refresh"/> old.</summary>
    public KeyRing Ring => File is null || _time.GetElapsedTime(Volatile.Read(ref _readAt)) < Refresh ? _ring : Read(File);

    public static SecretKeys Of(KeyRing ring) => new(ring, null, TimeProvider.System);

    /// <exception cref="SecretException">The file is missing, accessible to other users, or has no valid keys.</exception>
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
            var now = _time.GetTimestamp(); // Before the read, so that the ring never counts as newer than it is.
            try
            {
                _ring = KeyFile.Read(file);
            }
            catch (SecretException)
            {
                // A running process keeps its keys if the file is missing for a moment; the next start reports the error.
            }

            Volatile.Write(ref _readAt, now);
            return _ring;
        }
    }
}
