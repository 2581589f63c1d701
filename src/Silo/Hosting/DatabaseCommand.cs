using System.Runtime.InteropServices;

namespace Platform.Silo.Hosting;

/// <summary>
/// <c>database --data DIR</c>: runs only the private server, which several processes on one machine can share. Prints its
/// connection string, including the password, as the first line, and stops it on SIGTERM or Ctrl-C.
/// </summary>
internal static class DatabaseCommand
{
    public static async Task RunAsync(WebApplicationBuilder builder)
    {
        var stop = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        builder.Configuration["Platform:Data"] = builder.Configuration["data"] ?? ".data";
        builder.Configuration[SiloSettings.DatabaseKey] = null;
        await using var database = await builder.PrepareDatabaseAsync();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);

        Console.WriteLine(builder.Configuration[SiloSettings.DatabaseKey]);
        await stop.Task;

        void Stop(PosixSignalContext context)
        {
            context.Cancel = true;
            stop.TrySetResult();
        }
    }
}
