using System.Diagnostics;

namespace Platform.Testing;

/// <summary>A command of the built API as a process, run to its end.</summary>
public static class PlatformCommand
{
    /// <summary>Its exit code and all that it printed.</summary>
    public static async Task<(int ExitCode, string Output)> RunAsync(
        IReadOnlyDictionary<string, string> configuration, params string[] words)
    {
        var settings = TestSecrets.AddTo(configuration).Select(pair => $"--{pair.Key}={pair.Value}");
        return await RunAsync(PlatformProcess.Program("Api", [.. words, .. settings]), "");
    }

    /// <summary>The same with an environment and with what is typed, and no settings besides.</summary>
    public static Task<(int ExitCode, string Output)> RunTypingAsync(
        IReadOnlyDictionary<string, string> environment, string typed, params string[] words)
    {
        var start = PlatformProcess.Program("Api", words);
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return RunAsync(start, typed);
    }

    private static async Task<(int ExitCode, string Output)> RunAsync(ProcessStartInfo start, string typed)
    {
        start.RedirectStandardInput = true;
        using var process = Process.Start(start)!;
        await process.StandardInput.WriteAsync(typed);
        process.StandardInput.Close();
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return (process.ExitCode, await output + await error);
    }
}
