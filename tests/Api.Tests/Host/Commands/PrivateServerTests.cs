using Platform.Storage.Engine.Secrets;
using Platform.Testing;

#pragma warning disable CA1416 // File modes: the tests run on Linux and macOS.

namespace Platform.Api.Tests.Host.Commands;

/// <summary>The key file of a platform with a private database, and commands that run next to it.</summary>
public sealed class PrivateServerTests
{
    [Fact]
    public async Task The_first_start_makes_a_key_file_and_the_commands_work_beside_a_running_platform_and_without_one()
    {
        using var folder = new TestFolder();
        var file = folder.In("keys/secrets.json");
        var settings = new Dictionary<string, string>
        {
            ["Platform:Data"] = folder.Path,
            ["Platform:HttpsRedirect"] = "false",
            ["Management:Port"] = "0",
            ["PLATFORM_ADMIN_PASSWORD"] = "the-admins-password",
            ["Secrets:KeyFile"] = "", // As with ./run: no key file is configured.
        };
        using var http = new HttpClient();
        await using (var api = await PlatformProcess.StartAsync("Api", settings))
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute,
                File.GetUnixFileMode(folder.In("keys")));
            Assert.Single(KeyFile.Read(file).Keys);
            await RunAsync(settings, "2 signing keys", "secrets", "rotate");
            Assert.Equal(2, KeyFile.Read(file).Keys.Count);
            await RunAsync(settings, "signs from", "keys", "rotate");

            // The signing keys are now encrypted with a key that the running process has not read yet.
            Assert.Contains("kid", await http.GetStringAsync(new Uri(api.Address, "/.well-known/jwks.json")), StringComparison.Ordinal);
            Assert.Equal(0, await api.StopAsync());
        }

        await RunAsync(settings, "3 signing keys", "secrets", "rotate");
        Assert.Equal(3, KeyFile.Read(file).Keys.Count);
        await using var again = await PlatformProcess.StartAsync("Api", settings);
        Assert.Contains("kid", await http.GetStringAsync(new Uri(again.Address, "/.well-known/jwks.json")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_command_is_refused_with_those_there_are()
    {
        var (exitCode, output) = await PlatformCommand.RunAsync(new Dictionary<string, string>(), "secrets", "show");
        Assert.Equal(2, exitCode);
        Assert.Contains("secrets rotate", output, StringComparison.Ordinal);
    }

    private static async Task RunAsync(Dictionary<string, string> settings, string expected, params string[] words)
    {
        var (exitCode, output) = await PlatformCommand.RunAsync(settings, words);
        Assert.True(exitCode == 0, output);
        Assert.Contains(expected, output, StringComparison.Ordinal);
    }
}
