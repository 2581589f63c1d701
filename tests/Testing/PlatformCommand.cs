using System.Diagnostics;

namespace Platform.Testing;

/// <summary>A command of the built API as a process, run to its end.</summary>
public static class PlatformCommand
{
    /// <summary>Its exit code and all that it printed.</summary>
    public static async Task<(int ExitCode, string Output)> RunAsync(IReadOnlyDictionary<string, string> configuration, params string[] words)
    {
        var assembly = PlatformProcess.FindAssembly("Api");
        var settings = TestSecrets.AddTo(configuration).Select(pair => $"--{pair.Key}={pair.Value}");
        using var process = Process.Start(new ProcessStartInfo("dotnet", [assembly, .. words, .. settings])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetDirectoryName(assembly)!,
        })!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return (process.ExitCode, await output + await error);
    }
}
