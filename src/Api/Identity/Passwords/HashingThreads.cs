using System.Collections.Concurrent;
using System.Runtime.InteropServices;

namespace Platform.Api.Identity.Passwords;

/// <summary>
/// Threads of their own for hashing, less urgent to the system than every other one of the process: hashing takes what the others
/// leave of the cores, and none of the thread pool.
/// </summary>
internal sealed class HashingThreads : IDisposable
{
    // Of the nice values 0 to 19; this one has about a tenth of the share of a thread that has none, so that hashing goes on.
    private const int Niceness = 10;
    private readonly BlockingCollection<Action> _work = [];

    public HashingThreads()
    {
        for (var number = 0; number < Count; number++)
        {
            new Thread(Run) { IsBackground = true, Name = "Hashing", Priority = ThreadPriority.BelowNormal }.Start();
        }
    }

    /// <summary>Every core, where the system can be told that others come first; else half of them, so that the others have the rest.</summary>
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
        // On Linux the runtime leaves priorities of threads alone; there, this number means the calling thread. A refusal changes nothing but speed.
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
