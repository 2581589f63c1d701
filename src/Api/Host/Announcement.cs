using System.Text;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.Extensions.Options;
using Platform.Api.Mail;
using Platform.Silo.Instruments;

namespace Platform.Api.Host;

/// <summary>
/// For who starts the platform in a terminal: once it is ready, a short block with its addresses and how to sign in, and a file with its
/// address for commands (<see cref="RunningPlatform"/>). Off by default: standard output of clusters and containers is read by programs,
/// which expect one JSON object a line, and their processes may share a data folder.
/// </summary>
public sealed partial class Announcement(
    IServer server, WarmUp warmUp, FirstStart firstStart, Demo demo, ManagementServer metrics, IOptions<MailOptions> mail, IConfiguration configuration,
    ILogger<Announcement> logger) : BackgroundService
{
    private const string ForgotPath = "/api/v1/auth/password/forgot";

    // The log is written by a thread of its own that nobody can wait for. What it holds by now comes before the block.
    private static readonly TimeSpan LogPause = TimeSpan.FromMilliseconds(250);

    private readonly string _file = RunningPlatform.FileOf(configuration);
    private RunningPlatform? _here;

    /// <summary><c>Platform:Announce</c>; ./run sets it.</summary>
    public static bool IsOn(IConfiguration configuration) => configuration.GetValue("Platform:Announce", false);

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        TryFile(() => _here?.Remove(_file));
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!IsOn(configuration))
        {
            return;
        }

        await warmUp.ExecuteTask!.WaitAsync(stoppingToken); // It begins when the server listens, and is the last before ready.
        await Task.Delay(LogPause, stoppingToken);
        if (OwnAddresses.Of(server) is not [var address, ..])
        {
            return;
        }

        _here = RunningPlatform.Here(address);
        TryFile(() => _here.Write(_file));
        await Console.Out.WriteAsync(Block(address)); // In one piece: no line of the log comes between.
    }

    private string Block(Uri address)
    {
        var block = new StringBuilder().AppendLine().AppendLine("The platform is ready. Ctrl-C stops it.").AppendLine();
        Line("Start page", new Uri(address, "/").ToString());
        Line("API docs", new Uri(address, "/api/docs").ToString());
        Line("Health", new Uri(address, "/health/ready").ToString());
        Line("Metrics", $"{metrics.Address}");
        Line("Super admin", firstStart.AdminEmail ?? "none: another account has the address in PLATFORM_ADMIN_EMAIL");
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
        _ => $"shown or chosen at the first start; a new one: POST {ForgotPath}{Letter()}",
    };

    private string Letter() => mail.Value switch
    {
        { Host: not null } => ", a letter goes to that address",
        { Folder: { } folder } => $", the letter is in {Path.GetFullPath(folder)}",
        _ => ", with Mail:Host or Mail:Folder set",
    };

    // Commands can be given --url instead.
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

    [LoggerMessage(1, LogLevel.Warning, "The address for commands cannot be kept in {File}: {Failure}")]
    private static partial void NoFile(ILogger logger, string file, string failure);
}
