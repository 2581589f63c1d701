using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json;

namespace Platform.Api.Host;

/// <summary>
/// A process of ./run: its address, process id and start time. It writes them to its data folder, so that commands find it on any port.
/// </summary>
public sealed record RunningPlatform(Uri Url, int ProcessId, DateTimeOffset StartedAt)
{
    // A start time is computed from the clock, which may have been adjusted in between. Process ids are not reused this fast.
    private static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(2);

    /// <summary>The path of the address file in the data folder.</summary>
    public static string FileOf(IConfiguration configuration) =>
        Path.GetFullPath(Path.Combine(configuration["Platform:Data"] ?? ".data", "address"));

    public static RunningPlatform Here(Uri url)
    {
        using var process = Process.GetCurrentProcess();
        return new RunningPlatform(url, process.Id, process.StartTime);
    }

    /// <summary>Reads the file; returns null if there is none or its process no longer runs, for example because it was killed.</summary>
    public static RunningPlatform? Find(string file) => Read(file) is { } found && found.Runs() ? found : null;

    public void Write(string file)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText($"{file}.part", JsonSerializer.Serialize(this, JsonSerializerOptions.Web));
        File.Move($"{file}.part", file, overwrite: true); // Readers never see a partial file.
    }

    /// <summary>Removes the file, unless another process has overwritten it since.</summary>
    public void Remove(string file)
    {
        if (Read(file) == this)
        {
            File.Delete(file);
        }
    }

    private static RunningPlatform? Read(string file)
    {
        try
        {
            var read = JsonSerializer.Deserialize<RunningPlatform>(File.ReadAllText(file), JsonSerializerOptions.Web);
            return read?.Url is { IsAbsoluteUri: true, Scheme: "http" or "https" } ? read : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    // The id alone is not enough: after a reboot it may belong to any process.
    private bool Runs()
    {
        try
        {
            using var process = Process.GetProcessById(ProcessId);

            // A zombie process keeps its id and start time but has no memory.
            return (StartedAt - process.StartTime).Duration() < Tolerance && process.WorkingSet64 > 0;
        }
        catch (Exception gone) when (gone is ArgumentException or InvalidOperationException or Win32Exception)
        {
            return false;
        }
    }
}
