using System.Text;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.Extensions.Options;
using Platform.Api.Mail;
using Platform.Silo.Instruments;

namespace Platform.Api.Host;

/// <summary>
/// Once the platform is ready, prints its addresses and how to sign in, and writes its address to a file for commands
/// (<see cref="RunningPlatform"/>). Meant for terminals and off by default: in clusters and containers, programs read standard output and
/// expect one JSON object per line, and processes may share a data folder.
/// </summary>
public sealed partial class Announcement(
    IServer server, WarmUp warmUp, FirstStart firstStart, Demo demo, ManagementServer metrics, IOptions<MailOptions> mail,
    IConfiguration configuration, ILogger<Announcement> logger) : BackgroundService
{
    private const string ForgotPath = "/api/v1/auth/password/forgot";

    // A thread of its own writes the log, and nothing can wait for it. This pause lets it print earlier lines before the block.
    private static readonly TimeSpan LogPause = TimeSpan.FromMilliseconds(250);

    private readonly string _file = RunningPlatform.FileOf(configuration);
    private RunningPlatform? _running;

    /// <summary><c>Platform:Announce</c>; ./run sets it.</summary>
    public static bool IsOn(IConfiguration configuration) => configuration.GetValue("Platform:Announce", false);

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        TryFile(() => _running?.Remove(_file));
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!IsOn(configuration))
        {
            return;
        }

        await warmUp.ExecuteTask!.WaitAsync(stoppingToken); // Starts when the server listens, and is the last step before ready.
        await Task.Delay(LogPause, stoppingToken);
        if (OwnAddresses.Of(server) is not [var address, ..])
        {
            return;
        }

        _running = RunningPlatform.Here(address);
        TryFile(() => _running.Write(_file));
        await Console.Out.WriteAsync(Block(address)); // One write, so that no log line comes in between.
    }

    private string Block(Uri address)
    {
        var block = new StringBuilder().AppendLine().AppendLine("The platform is ready. Ctrl-C stops it.").AppendLine();
        Line("Start page", new Uri(address, "/").ToString());
        Line("API docs", new Uri(address, "/api/docs").ToString());
        Line("Health", new Uri(address, "/health/ready").ToString());
        Line("Metrics", $"{metrics.Address}");
        Line("Super admin", firstStart.AdminEmail ?? "none: another account uses the address in PLATFORM_ADMIN_EMAIL");
        if (firstStart.AdminEmail is not null)
        {
            Line("Password", Password());
        }

        if (demo.SignIn is { } signIn)
        {
            Line("Demo", signIn);
        }

        return block.AppendLine().ToString();

        void Line(string name, string value) => block.Append("  ").Append(name.PadRight(13)).AppendLine(value);
    }

    private string Password() => firstStart switch
    {
        { GeneratedPassword: { } generated } => $"{generated}  (shown once)",
        { PasswordChosen: true } => "the one in PLATFORM_ADMIN_PASSWORD",
        _ => $"shown or chosen at the first start; to reset it: POST {ForgotPath}{Email()}",
    };

    private string Email() => mail.Value switch
    {
        { Host: not null } => ", which sends an e-mail to that address",
        { Folder: { } folder } => $", which writes an e-mail to {Path.GetFullPath(folder)}",
        _ => ", after setting Mail:Host or Mail:Folder",
    };

    // Not fatal: commands also accept --url.
    private void TryFile(Action action)
    {
        try
        {
            action();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            NoFile(logger, _file, exception.Message);
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "The address for commands cannot be written to {File}: {Failure}")]
    private static partial void NoFile(ILogger logger, string file, string failure);
}
