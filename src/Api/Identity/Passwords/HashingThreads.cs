using System.Collections.Concurrent;
using System.Runtime.InteropServices;

namespace Platform.Api.Identity.Passwords;

/// <summary>
/// Dedicated low-priority threads for hashing. Hashing uses only the CPU time that other threads leave, and no thread-pool threads.
/// </summary>
internal sealed class HashingThreads : IDisposable
{
    // A nice value from 0 to 19. At 10, a thread gets about a tenth of the share of a normal one, so hashing still makes progress.
    private const int Niceness = 10;
    private readonly BlockingCollection<Action> _work = [];

    public HashingThreads()
    {
        for (var number = 0; number < Count; number++)
        {
            new Thread(Run) { IsBackground = true, Name = "Hashing", Priority = ThreadPriority.BelowNormal }.Start();
        }
    }

    /// <summary>
    /// One per core if the system supports thread priorities; otherwise half the cores, so that other threads have the rest.
    /// </summary>
    public static int Count { get; } =
        OperatingSystem.IsLinux() || OperatingSystem.IsWindows() ? Environment.ProcessorCount : Math.Max(1, Environment.ProcessorCount / 2);

    public Task<T> RunAsync<T>(Func<T> work)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        _work.Add(() =>
        {
            try
            {
                done.SetResult(work());
            }
            catch (Exception exception)
            {
                done.SetException(exception);
            }
        });
        return done.Task;
    }

    public void Dispose() => _work.CompleteAdding();

    private void Run()
    {
        // .NET ignores thread priorities on Linux. There, setpriority with 0 means the calling thread; if it fails, only speed suffers.
        if (OperatingSystem.IsLinux())
        {
            _ = SetPriority(0, 0, Niceness);
        }

        foreach (var work in _work.GetConsumingEnumerable())
        {
            work();
        }
    }

    [DllImport("libc", EntryPoint = "setpriority"), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SetPriority(int which, int who, int priority);
}
