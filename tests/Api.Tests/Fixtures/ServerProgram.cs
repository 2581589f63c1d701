using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Platform.Testing;

namespace Platform.Api.Tests.Fixtures;

/// <summary>A third-party server that a test runs as a process.</summary>
internal sealed class ServerProgram : IAsyncDisposable
{
    private readonly Process _process;
    private readonly ConcurrentQueue<string> _log = new();

    private ServerProgram(Process process) => _process = process;

    /// <summary>Starts the server and waits until it accepts connections on the port.</summary>
    public static async Task<ServerProgram> StartAsync(string program, IEnumerable<string> arguments, int port, string folder)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder,
        };
        var started = new ServerProgram(new Process { StartInfo = start });
        started._process.OutputDataReceived += (_, line) => started._log.Enqueue(line.Data ?? "");
        started._process.ErrorDataReceived += (_, line) => started._log.Enqueue(line.Data ?? "");
        started._process.Start();
        started._process.BeginOutputReadLine();
        started._process.BeginErrorReadLine();
        try
        {
            await Eventually.HoldsAsync(
                async () => started._process.HasExited || await AnswersAsync(port),
                TimeSpan.FromSeconds(60), $"{program} listens on {port}");
            return started._process.HasExited
                ? throw new InvalidOperationException($"{program} ended with {started._process.ExitCode}.")
                : started;
        }
        catch (Exception exception)
        {
            var log = string.Join(Environment.NewLine, started._log);
            await started.DisposeAsync();
            throw new InvalidOperationException($"{program} did not start: {exception.Message}{Environment.NewLine}{log}", exception);
        }
    }

    /// <summary>Runs a program to its end. If it fails, the test fails with its output.</summary>
    public static async Task RunAsync(string program, IEnumerable<string> arguments, string folder)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder,
        };
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(5));
        Assert.True(process.ExitCode == 0, $"{program} ended with {process.ExitCode}: {await output}{await error}");
    }

    /// <summary>Finds the program. Throws if it is missing, so that a test cannot pass without it.</summary>
    public static string Find(string name, string advice) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')
            .Concat(["/usr/sbin", "/usr/local/sbin", "/usr/libexec", "/usr/lib/openldap"])
            .Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists)
        ?? throw new InvalidOperationException($"These tests need {name}, which is not installed: {advice}");

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private static async Task<bool> AnswersAsync(int port)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, port);
        return true;
    }
}
