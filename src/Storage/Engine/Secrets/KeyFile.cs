using System.Runtime.InteropServices;
using System.Text.Json;

#pragma warning disable CA1416 // Modes of files: the platform runs on Linux and macOS.

namespace Platform.Storage.Engine.Secrets;

/// <summary>
/// A key ring in a JSON file that only its owner may read. It is replaced atomically and flushed to disk before any of its keys seals
/// a secret: if a power failure lost a key, its secrets would be lost too.
/// </summary>
public static class KeyFile
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode PrivateFolder = Private | UnixFileMode.UserExecute;
    private const UnixFileMode TooOpen =
        UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        RespectRequiredConstructorParameters = true,
        RespectNullableAnnotations = true,
    };

    /// <exception cref="SecretException">The file is missing, accessible to other users, or has no valid keys.</exception>
    public static KeyRing Read(string file)
    {
        try
        {
            // A group may read it, because orchestrators pass files to non-root processes like this.
            if ((File.GetUnixFileMode(file) & TooOpen) != 0)
            {
                throw new SecretException($"The key file {file} is accessible to other users. Run: chmod 600 {file}");
            }

            var entries = JsonSerializer.Deserialize<Document>(File.ReadAllBytes(file), Json)?.Keys ?? [];
            return new KeyRing(entries.Select(
                key => key is null ? throw new JsonException() : SecretKey.Parse(key.Id, key.Value, key.CreatedAt)));
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            throw new SecretException($"Cannot read the key file {file}: {unreadable.Message}", unreadable);
        }
        catch (JsonException)
        {
            // No inner exception: its message may quote the file.
            throw new SecretException(
                $"The key file {file} must be JSON like {{\"keys\":[{{\"id\":\"..\",\"value\":\"base64 of 32 bytes\"}}]}}.");
        }
    }

    /// <summary>Creates the file and its folder. If several processes do it at once, one file wins.</summary>
    public static void Create(string file, KeyRing ring)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(file))!;
        Directory.CreateDirectory(folder, PrivateFolder);
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

    /// <summary>Replaces the key ring in the file.</summary>
    public static void Replace(string file, KeyRing ring)
    {
        // Follows a link, to replace its target.
        var target = File.ResolveLinkTarget(file, returnFinalTarget: true)?.FullName ?? Path.GetFullPath(file);
        File.Move(Write(target, ring), target, overwrite: true);
        Flush(Path.GetDirectoryName(target)!);
    }

    private static string Write(string file, KeyRing ring)
    {
        var temporary = $"{file}.{Environment.ProcessId}-{Guid.CreateVersion7(TimeProvider.System.GetUtcNow()):n}.new";
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = Private };
        using var stream = new FileStream(temporary, options);
        var entries = ring.Keys.Select(key => new Entry(key.Id, Convert.ToBase64String(key.Value), key.CreatedAt));
        JsonSerializer.Serialize(stream, new Document([.. entries]), Json);
        stream.Flush(flushToDisk: true);
        return temporary;
    }

    /// <summary>Flushes a folder, to make a rename durable. The framework can only flush files.</summary>
    private static void Flush(string folder)
    {
        const int readOnly = 0;
        var descriptor = OpenDescriptor(folder, readOnly);
        if (descriptor < 0)
        {
            return; // A parent folder that we may not read.
        }

        var outcome = Synchronise(descriptor);
        _ = CloseDescriptor(descriptor);
        if (outcome != 0)
        {
            throw new SecretException($"Could not flush the folder {folder} of the key file to disk.");
        }
    }

    [DllImport("libc", EntryPoint = "open", CharSet = CharSet.Ansi, BestFitMapping = false, ThrowOnUnmappableChar = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int OpenDescriptor(string path, int flags);

    [DllImport("libc", EntryPoint = "fsync")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Synchronise(int descriptor);

    [DllImport("libc", EntryPoint = "close")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int CloseDescriptor(int descriptor);

    private sealed record Document(IReadOnlyList<Entry?> Keys);

    private sealed record Entry(string Id, string Value, DateTimeOffset? CreatedAt = null);
}
