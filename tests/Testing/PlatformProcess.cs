using System.Collections.Concurrent;
using System.Diagnostics;

namespace Platform.Testing;

/// <summary>The built API or Silo as a process of its own, so that it can die as processes do.</summary>
public sealed class PlatformProcess : IAsyncDisposable
{
    private readonly ConcurrentQueue<string> _log = new();
    private readonly Process _process;

    // Tests send more than people do, and most of their processes serve a few requests: warming up would cost more than it saves. Tests
    // of the limits, and those that measure time, say so.
    private static readonly Dictionary<string, string> Defaults = new()
    {
        ["Platform:WarmUp"] = "false",
        ["RateLimits:PerIp"] = "0",
        ["RateLimits:PerUser"] = "0",
        ["RateLimits:PerServiceAccount"] = "0",
        ["RateLimits:PerAccount"] = "0",
        ["RateLimits:PerRevoker"] = "0",
        ["RateLimits:PerRecipient"] = "0",
    };

    private PlatformProcess(Process process, Uri address)
    {
        _process = process;
        Address = address;
    }

    /// <summary>Where it answers HTTP.</summary>
    public Uri Address { get; }

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    /// <summary>All that it has printed.</summary>
    public string Log => string.Join(Environment.NewLine, _log);

    /// <summary>
    /// Starts src/{project} with the given configuration, and ends when it is ready. On a free port, unless the address of an
    /// earlier process is given.
    /// </summary>
    public static async Task<PlatformProcess> StartAsync(
        string project, IReadOnlyDictionary<string, string> configuration, TimeSpan? deadline = null, Uri? address = null)
    {
        address ??= new Uri($"http://127.0.0.1:{FreePorts.Next()}");
        configuration = TestSecrets.AddTo(configuration);
        configuration = Defaults.Concat(configuration).GroupBy(pair => pair.Key).ToDictionary(same => same.Key, same => same.Last().Value);
        var start = Program(project, ["--urls", address.ToString(), .. configuration.Select(pair => $"--{pair.Key}={pair.Value}")]);
        var started = new PlatformProcess(new Process { StartInfo = start }, address);
        started.Start();
        try
        {
            await started.WaitUntilReadyAsync(deadline ?? TimeSpan.FromSeconds(60));
            return started;
        }
        catch
        {
            await started.DisposeAsync();
            throw;
        }
    }

    public async Task WaitUntilReadyAsync(TimeSpan deadline)
    {
        using var http = new HttpClient { BaseAddress = Address, Timeout = TimeSpan.FromSeconds(5) };
        try
        {
            await Eventually.HoldsAsync(
                async () => HasExited || (await http.GetAsync(new Uri("/health/ready", UriKind.Relative))).IsSuccessStatusCode,
                deadline,
                $"{Address} is ready");
        }
        catch (TimeoutException late)
        {
            throw new TimeoutException($"{late.Message}{Environment.NewLine}{Log}", late);
        }

        if (HasExited)
        {
            throw new InvalidOperationException($"It ended with {_process.ExitCode} before it was ready.{Environment.NewLine}{Log}");
        }
    }

    /// <summary>SIGKILL: nothing of it runs any more when this ends.</summary>
    public async Task KillAsync()
    {
        if (!HasExited)
        {
            _process.Kill();
        }

        await _process.WaitForExitAsync();
    }

    /// <summary>SIGSTOP: it is there but does nothing, as after a long pause of its machine.</summary>
    public Task SuspendAsync() => SignalAsync("STOP");

    /// <summary>SIGCONT: it goes on as if no time had passed.</summary>
    public Task ResumeAsync() => SignalAsync("CONT");

    /// <summary>Waits until it has ended by itself. Returns its exit code.</summary>
    public async Task<int> ExitAsync(TimeSpan deadline)
    {
        await _process.WaitForExitAsync().WaitAsync(deadline);
        return _process.ExitCode;
    }

    /// <summary>SIGTERM, then SIGKILL where it does not stop in time. Returns its exit code.</summary>
    public async Task<int> StopAsync(TimeSpan? patience = null)
    {
        if (!HasExited)
        {
            await SignalAsync("TERM");
            using var limit = new CancellationTokenSource(patience ?? TimeSpan.FromSeconds(60));
            try
            {
                await _process.WaitForExitAsync(limit.Token);
            }
            catch (OperationCanceledException)
            {
                await KillAsync();
            }
        }

        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _process.Dispose();
    }

    private async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", $"{Id}"]);
        await kill.WaitForExitAsync();
    }

    private void Start()
    {
        _process.OutputDataReceived += (_, line) => Keep(line.Data);
        _process.ErrorDataReceived += (_, line) => Keep(line.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    private void Keep(string? line)
    {
        if (line is not null)
        {
            _log.Enqueue(line);
        }
    }

    /// <summary>The built program with these arguments, whose output is read.</summary>
    internal static ProcessStartInfo Program(string project, IEnumerable<string> arguments)
    {
        var assembly = FindAssembly(project);
        var start = new ProcessStartInfo("dotnet", [assembly, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetDirectoryName(assembly)!,
        };

        // What the compiler learns by watching pays for itself in minutes. These processes live for seconds, most of which it uses.
        start.Environment["DOTNET_TieredPGO"] = "0";
        return start;
    }

    /// <summary>Built in the same configuration as the tests: …/tests/X/bin/Release/net10.0 beside …/src/Y/bin/Release/net10.0.</summary>
    private static string FindAssembly(string project)
    {
        var output = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd('/'));
        var root = output;
        while (!File.Exists(Path.Combine(root.FullName, "OrleansPlatform.sln")))
        {
            root = root.Parent ?? throw new InvalidOperationException("The tests do not run from within the repository.");
        }

        return Path.Combine(root.FullName, "src", project, "bin", output.Parent!.Name, output.Name, $"Platform.{project}.dll");
    }
}
