using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json;

namespace Platform.Api.Host;

/// <summary>
/// A process of ./run: where it answers, its id and when it started. It writes this into its data folder, so that a command finds it
/// on whatever port it is.
/// </summary>
public sealed record RunningPlatform(Uri Url, int ProcessId, DateTimeOffset StartedAt)
{
    // Two processes compute the start of a third from the clock, which may have been set a little in between. An id is not given again
    // as fast as this.
    private static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(2);

    /// <summary>The file of a data folder.</summary>
    public static string FileOf(IConfiguration configuration) => Path.GetFullPath(Path.Combine(configuration["Platform:Data"] ?? ".data", "address"));

    public static RunningPlatform Here(Uri url)
    {
        using var process = Process.GetCurrentProcess();
        return new RunningPlatform(url, process.Id, process.StartTime);
    }

    /// <summary>What the file names; null where there is none, or where its process does not run any more: it may have been killed.</summary>
    public static RunningPlatform? Find(string file) => Read(file) is { } found && found.Runs() ? found : null;

    public void Write(string file)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText($"{file}.part", JsonSerializer.Serialize(this, JsonSerializerOptions.Web));
        File.Move($"{file}.part", file, overwrite: true); // Whoever reads it sees a whole one.
    }

    /// <summary>Removes the file, unless another process has written its own since.</summary>
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

    // The id alone says little: after a restart of the machine it may be that of anything.
    private bool Runs()
    {
        try
        {
            using var process = Process.GetProcessById(ProcessId);

            // A killed process that nobody has waited for keeps its id and its start, but has no memory.
            return (StartedAt - process.StartTime).Duration() < Tolerance && process.WorkingSet64 > 0;
        }
        catch (Exception gone) when (gone is ArgumentException or InvalidOperationException or Win32Exception)
        {
            return false;
        }
    }
}
