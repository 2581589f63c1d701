using System.Text;
using System.Text.Json;

namespace Platform.Api.Host.Commands;

/// <summary><c>access setup</c>: creates the standard groups as roles of an organisation, on a running platform.</summary>
internal static class AccessCommands
{
    private const string DefaultUrl = "http://127.0.0.1:5080";

    public static async Task<int> SetUpAsync(CommandLine line, CancellationToken cancellationToken)
    {
        var settings = line.Configuration;
        var (url, why) = Find(line);
        await Console.Error.WriteLineAsync($"Connecting to {url} ({why}).");
        using var platform = new RemotePlatform(url);
        platform.Token = settings[line.Options["token-env"] ?? "PLATFORM_TOKEN"];
        var signedIn = string.IsNullOrEmpty(platform.Token);
        if (signedIn)
        {
            platform.Token = await SignInAsync(platform, line, cancellationToken);
        }

        try
        {
            var done = await platform.PostAsync("/api/v1/access/setup", null, cancellationToken);
            Print(done, "created", "created");
            Print(done, "standing", "exists already");
            Print(done, "retired", "was deleted, not created again");
            return 0;
        }
        finally
        {
            if (signedIn)
            {
                await SignOutAsync(platform);
            }
        }
    }

    // The user's password goes to this address, so the user is told which one it is and why.
    private static (Uri Url, string Why) Find(CommandLine line)
    {
        if (line.Options["url"] is { } given)
        {
            return Uri.TryCreate(given, UriKind.Absolute, out var url) && url.Scheme is ("http" or "https")
                ? (url, "--url")
                : throw new RemoteException($"--url must be the address of the platform, such as {DefaultUrl}.");
        }

        var file = RunningPlatform.FileOf(line.Configuration);
        return RunningPlatform.Find(file) is { } running
            ? (running.Url, $"process {running.ProcessId}, running on {Path.GetDirectoryName(file)}")
            : (new Uri(DefaultUrl), $"the default; no ./run process was found for {Path.GetDirectoryName(file)}");
    }

    private static async Task<string> SignInAsync(RemotePlatform platform, CommandLine line, CancellationToken cancellationToken)
    {
        var settings = line.Configuration;
        var email = line.Options["email"] ?? throw new RemoteException(
            "Specify who signs in: --email ADDRESS with PLATFORM_PASSWORD, or PLATFORM_TOKEN with a token or an API key.");
        var password = settings["PLATFORM_PASSWORD"] ?? await AskAsync($"Password of {email}: ", cancellationToken);
        var answer = await platform.PostAsync("/api/v1/auth/login", new { email, password }, cancellationToken);
        if (answer.TryGetProperty("mfaToken", out var ticket) && ticket.GetString() is { } mfaToken)
        {
            var code = settings["PLATFORM_CODE"] ?? await AskAsync("One-time code or recovery code: ", cancellationToken);
            answer = await platform.PostAsync("/api/v1/auth/login/mfa", new { mfaToken, code }, cancellationToken);
        }

        return answer.GetProperty("tokens").GetProperty("accessToken").GetString()!;
    }

    // The session was created only for this command. If it cannot be ended, it expires.
    private static async Task SignOutAsync(RemotePlatform platform)
    {
        try
        {
            await platform.PostAsync("/api/v1/auth/logout", null, CancellationToken.None);
        }
        catch (RemoteException exception)
        {
            await Console.Error.WriteLineAsync($"The session of this command could not be ended. {exception.Message}");
        }
    }

    private static void Print(JsonElement done, string member, string what)
    {
        foreach (var role in done.GetProperty(member).EnumerateArray())
        {
            Console.WriteLine($"{role.GetString()}  {what}");
        }
    }

    private static async Task<string> AskAsync(string question, CancellationToken cancellationToken)
    {
        await Console.Error.WriteAsync(question);
        return Console.IsInputRedirected ? await Console.In.ReadLineAsync(cancellationToken) ?? "" : ReadHidden();
    }

    private static string ReadHidden()
    {
        var typed = new StringBuilder();
        for (var key = Console.ReadKey(intercept: true); key.Key != ConsoleKey.Enter; key = Console.ReadKey(intercept: true))
        {
            if (key.Key == ConsoleKey.Backspace)
            {
                typed.Length = Math.Max(0, typed.Length - 1);
            }
            else if (!char.IsControl(key.KeyChar))
            {
                typed.Append(key.KeyChar);
            }
        }

        Console.Error.WriteLine();
        return typed.ToString();
    }
}
