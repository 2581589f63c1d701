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
        return await RunAsync(new ProcessStartInfo("dotnet", [assembly, .. words, .. settings]), "");
    }

    /// <summary>The same with an environment and with what is typed, and no settings besides.</summary>
    public static Task<(int ExitCode, string Output)> RunTypingAsync(IReadOnlyDictionary<string, string> environment, string typed, params string[] words)
    {
        var start = new ProcessStartInfo("dotnet", [PlatformProcess.FindAssembly("Api"), .. words]);
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return RunAsync(start, typed);
    }

    private static async Task<(int ExitCode, string Output)> RunAsync(ProcessStartInfo start, string typed)
    {
        start.RedirectStandardInput = start.RedirectStandardOutput = start.RedirectStandardError = true;
        start.WorkingDirectory = Path.GetDirectoryName(PlatformProcess.FindAssembly("Api"))!;
        using var process = Process.Start(start)!;
        await process.StandardInput.WriteAsync(typed);
        process.StandardInput.Close();
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return (process.ExitCode, await output + await error);
    }
}
