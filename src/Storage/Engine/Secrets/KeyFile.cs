using System.Runtime.InteropServices;
using System.Text.Json;

#pragma warning disable CA1416 // Modes of files: the platform runs on Linux and macOS.

namespace Platform.Storage.Engine.Secrets;

/// <summary>
/// A key ring as a file of JSON that only its owner may read. It is replaced as a whole and is on the disk before anything
/// is sealed with what it holds: a key lost in a power cut would take its secrets with it.
/// </summary>
public static class KeyFile
{
    private const UnixFileMode Closed = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode ClosedFolder = Closed | UnixFileMode.UserExecute;
    private const UnixFileMode TooOpen =
        UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true, RespectRequiredConstructorParameters = true, RespectNullableAnnotations = true };

    /// <exception cref="SecretException">The file is missing, open to others, or holds no keys.</exception>
    public static KeyRing Read(string file)
    {
        try
        {
            // A group may read it: that is how orchestrators hand files to a process that is not root.
            if ((File.GetUnixFileMode(file) & TooOpen) != 0)
            {
                throw new SecretException($"The key file {file} is open to other users. Close it: chmod 600 {file}");
            }

            var entries = JsonSerializer.Deserialize<Document>(File.ReadAllBytes(file), Json)?.Keys ?? [];
            return new KeyRing(entries.Select(key => key is null ? throw new JsonException() : SecretKey.Parse(key.Id, key.Value, key.CreatedAt)));
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            throw new SecretException($"The key file {file} cannot be read: {unreadable.Message}", unreadable);
        }
        catch (JsonException)
        {
            // Without the cause: its message may quote the file.
            throw new SecretException($"The key file {file} is no JSON of keys: {{\"keys\":[{{\"id\":\"..\",\"value\":\"base64 of 32 bytes\"}}]}}.");
        }
    }

    /// <summary>Writes a new file and its folder; of several at once one writes, and the others find that one.</summary>
    public static void Create(string file, KeyRing ring)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(file))!;
        Directory.CreateDirectory(folder, ClosedFolder);
        var written = Write(file, ring);
        try
        {
            File.Move(written, file, overwrite: false);
        }
        catch (IOException) when (File.Exists(file))
        {
            File.Delete(written);
        }

        Flush(folder);
        Flush(Path.GetDirectoryName(folder)!);
    }

    /// <summary>Puts another ring in the place of the one that is there.</summary>
    public static void Replace(string file, KeyRing ring)
    {
        // A link is followed: what it leads to is the file.
        var target = File.ResolveLinkTarget(file, returnFinalTarget: true)?.FullName ?? Path.GetFullPath(file);
        File.Move(Write(target, ring), target, overwrite: true);
        Flush(Path.GetDirectoryName(target)!);
    }

    private static string Write(string file, KeyRing ring)
    {
        var temporary = $"{file}.{Environment.ProcessId}-{Guid.CreateVersion7(TimeProvider.System.GetUtcNow()):n}.new";
        using var stream = new FileStream(temporary, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = Closed });
        JsonSerializer.Serialize(stream, new Document([.. ring.Keys.Select(key => new Entry(key.Id, Convert.ToBase64String(key.Value), key.CreatedAt))]), Json);
        stream.Flush(flushToDisk: true);
        return temporary;
    }

    /// <summary>The framework flushes files only; a rename is on the disk when its folder is.</summary>
    private static void Flush(string folder)
    {
        const int readOnly = 0;
        var descriptor = OpenDescriptor(folder, readOnly);
        if (descriptor < 0)
        {
            return; // A folder above ours that may not be read.
        }

        var outcome = Synchronise(descriptor);
        _ = CloseDescriptor(descriptor);
        if (outcome != 0)
        {
            throw new SecretException($"The folder {folder} of the key file could not be written to disk.");
        }
    }

    [DllImport("libc", EntryPoint = "open", CharSet = CharSet.Ansi, BestFitMapping = false, ThrowOnUnmappableChar = true), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int OpenDescriptor(string path, int flags);

    [DllImport("libc", EntryPoint = "fsync"), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Synchronise(int descriptor);

    [DllImport("libc", EntryPoint = "close"), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int CloseDescriptor(int descriptor);

    private sealed record Document(IReadOnlyList<Entry?> Keys);

    private sealed record Entry(string Id, string Value, DateTimeOffset? CreatedAt = null);
}
