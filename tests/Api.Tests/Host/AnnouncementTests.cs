using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Platform.Testing;

namespace Platform.Api.Tests.Host;

/// <summary>The block that a start prints for people, and the address file that it writes for commands.</summary>
public sealed partial class AnnouncementTests : IAsyncLifetime, IDisposable
{
    private const string Ready = "The platform is ready.";
    private const string DemoEmail = "demo@platform.local";
    private const string DemoPassword = "demo-password-of-a-test";
    private const string DefaultAddress = "http://127.0.0.1:5080/";
    private readonly PostgresFixture _postgres = new();
    private readonly TestFolder _data = new();
    private readonly HttpClient _http = new();

    private string AddressFile => _data.In("address");

    public Task InitializeAsync() => _postgres.InitializeAsync();

    public Task DisposeAsync() => _postgres.DisposeAsync();

    public void Dispose()
    {
        _http.Dispose();
        _data.Dispose();
    }

    [Fact]
    public async Task The_block_is_printed_last_with_the_addresses_as_bound_and_commands_find_the_process()
    {
        using var taken = Take9464();
        await using var process = await StartAsync(("Platform:Announce", "true"), ("Platform:Demo", "true"), ("Platform:WarmUp", "true"));
        var block = await BlockAsync(process);
        foreach (var path in new[] { "/", "/api/docs", "/health/ready" })
        {
            var address = new Uri(process.Address, path);
            Assert.Contains($" {address}\n", block, StringComparison.Ordinal);
            Assert.Equal(HttpStatusCode.OK, (await _http.GetAsync(address)).StatusCode);
        }

        var metrics = new Uri(MetricsLine().Match(block).Groups[1].Value);
        Assert.NotEqual(9464, metrics.Port);
        Assert.Contains("platform_journal_", await _http.GetStringAsync(metrics), StringComparison.Ordinal);

        var password = PasswordLine().Match(block).Groups[1].Value;
        Assert.Contains($"Super admin: admin@platform.local  password: {password}", process.Log, StringComparison.Ordinal);
        Assert.Equal(3, process.Log.Split(password).Length); // Printed immediately, and again in the block.
        Assert.True(await SignsInAsync(process, "admin@platform.local", password));
        Assert.Contains($" {DemoEmail}  password: {DemoPassword}\n", block, StringComparison.Ordinal);
        Assert.Equal(2, process.Log.Split(DemoPassword).Length);

        var (exitCode, output) = await SetUpAsync();
        Assert.True(exitCode == 0, output);
        Assert.Contains($"Connecting to {process.Address} (process {process.Id}", output, StringComparison.Ordinal);
        var unused = $"http://127.0.0.1:{FreePorts.Next()}/";
        (exitCode, output) = await SetUpAsync("--url", unused);
        Assert.Equal(1, exitCode);
        Assert.Contains($"Connecting to {unused} (--url)", output, StringComparison.Ordinal);

        await process.KillAsync();
        Assert.True(File.Exists(AddressFile));
        (_, output) = await SetUpWithBadTokenAsync();
        Assert.Contains($"Connecting to {DefaultAddress} (the default", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_chosen_password_is_never_printed_and_a_later_start_says_how_to_get_a_new_one()
    {
        const string chosen = "chosen-password-of-a-test";
        (string, string)[] settings = [("Platform:Announce", "true"), ("Management:Port", "0"), ("PLATFORM_ADMIN_PASSWORD", chosen)];
        await using (var first = await StartAsync(settings))
        {
            Assert.Contains("the one in PLATFORM_ADMIN_PASSWORD", await BlockAsync(first), StringComparison.Ordinal);
            Assert.True(await SignsInAsync(first, "admin@platform.local", chosen));
            Assert.True(File.Exists(AddressFile));
            Assert.Equal(0, await first.StopAsync());
            Assert.DoesNotContain(chosen, first.Log, StringComparison.Ordinal);
            Assert.False(File.Exists(AddressFile));
        }

        await using var second = await StartAsync([.. settings, ("PLATFORM_ADMIN_EMAIL", "other@platform.local")]);
        var block = await BlockAsync(second);
        Assert.Contains(" admin@platform.local\n", block, StringComparison.Ordinal);
        Assert.Contains($"POST /api/v1/auth/password/forgot, which writes an e-mail to {_data.In("mail")}\n",
            block, StringComparison.Ordinal);
        Assert.DoesNotContain(chosen, second.Log, StringComparison.Ordinal);

        // The instructions in the block work.
        await PostAsync(second, "password/forgot", new { email = "admin@platform.local" });
        Directory.CreateDirectory(_data.In("mail")); // MailBox watches the folder before the first message.
        var token = await new MailBox(_data.In("mail")).TokenAsync("admin@platform.local", "Reset your password");
        await PostAsync(second, "password/reset", new { token, newPassword = "another-password-of-a-test" });
        Assert.True(await SignsInAsync(second, "admin@platform.local", "another-password-of-a-test"));
        Assert.False(await SignsInAsync(second, "admin@platform.local", chosen));
    }

    [Fact]
    public async Task Without_the_setting_there_is_no_block_and_no_file_and_the_demo_has_its_line()
    {
        await using var process = await StartAsync(("Platform:Demo", "true"), ("Management:Port", "0"));
        Assert.Contains($"Demo organisation: {DemoEmail}  password: {DemoPassword}", process.Log, StringComparison.Ordinal);
        Assert.Single(SuperAdminLine().Matches(process.Log));
        await process.StopAsync();
        Assert.DoesNotContain(Ready, process.Log, StringComparison.Ordinal);
        Assert.False(File.Exists(AddressFile));
    }

    [Fact]
    public async Task The_address_of_a_reused_process_id_is_not_used()
    {
        const string url = "http://127.0.0.1:1/";
        using var self = System.Diagnostics.Process.GetCurrentProcess();
        await WriteAddressAsync(self.StartTime);
        var (_, output) = await SetUpWithBadTokenAsync();
        Assert.Contains($"Connecting to {url} (process {self.Id}", output, StringComparison.Ordinal);

        await WriteAddressAsync(self.StartTime.AddMinutes(-1));
        (_, output) = await SetUpWithBadTokenAsync();
        Assert.Contains($"Connecting to {DefaultAddress} (the default", output, StringComparison.Ordinal);

        await File.WriteAllTextAsync(AddressFile, "{\"url\":");
        (_, output) = await SetUpWithBadTokenAsync();
        Assert.Contains($"Connecting to {DefaultAddress} (the default", output, StringComparison.Ordinal);

        Task WriteAddressAsync(DateTimeOffset startedAt) =>
            File.WriteAllTextAsync(AddressFile, $$"""{"url":"{{url}}","processId":{{self.Id}},"startedAt":"{{startedAt:O}}"}""");
    }

    private Task<PlatformProcess> StartAsync(params (string Key, string Value)[] settings)
    {
        var all = new Dictionary<string, string>
        {
            ["ConnectionStrings:Postgres"] = _postgres.ConnectionString,
            ["Platform:RunMode"] = "single",
            ["Platform:HttpsRedirect"] = "false",
            ["Platform:Data"] = _data.Path,
            ["Platform:DemoPassword"] = DemoPassword,
            ["PLATFORM_ADMIN_PASSWORD"] = "",
        };
        foreach (var (key, value) in settings)
        {
            all[key] = value;
        }

        return PlatformProcess.StartAsync("Api", all);
    }

    // From the first line to the end of the output, so that log lines within or after the block are noticed.
    private static async Task<string> BlockAsync(PlatformProcess process)
    {
        await Eventually.HoldsAsync(() => BlockText().IsMatch(Printed()), TimeSpan.FromSeconds(30), "the block is printed");
        var printed = Printed();
        var block = printed[printed.IndexOf(Ready, StringComparison.Ordinal)..];
        Assert.DoesNotContain("{\"", block, StringComparison.Ordinal);
        return block;

        string Printed() => process.Log.ReplaceLineEndings("\n") + "\n";
    }

    private Task<(int ExitCode, string Output)> SetUpAsync(params string[] more) => SetUpAsync("PLATFORM_PASSWORD", DemoPassword, more);

    // With an invalid token, because a real platform may run on the default address.
    private Task<(int ExitCode, string Output)> SetUpWithBadTokenAsync() => SetUpAsync("PLATFORM_TOKEN", "x", []);

    private Task<(int ExitCode, string Output)> SetUpAsync(string name, string secret, string[] more) => PlatformCommand.RunTypingAsync(
        new Dictionary<string, string> { [name] = secret }, "",
        ["access", "setup", "--Platform:Data", _data.Path, "--email", DemoEmail, .. more]);

    private async Task<bool> SignsInAsync(PlatformProcess process, string email, string password) =>
        (await _http.PostAsJsonAsync(new Uri(process.Address, "/api/v1/auth/login"), new { email, password })).IsSuccessStatusCode;

    private async Task PostAsync(PlatformProcess process, string path, object body)
    {
        using var answer = await _http.PostAsJsonAsync(new Uri(process.Address, $"/api/v1/auth/{path}"), body);
        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
    }

    // If another process already uses the port, that is fine too.
    private static TcpListener Take9464()
    {
        var listener = new TcpListener(IPAddress.Loopback, 9464);
        try
        {
            listener.Start();
        }
        catch (SocketException)
        {
            listener.Dispose();
        }

        return listener;
    }

    [GeneratedRegex(@"The platform is ready\.(?s:.*)  Password .*\n(  Demo .*\n)?\n$")]
    private static partial Regex BlockText();

    [GeneratedRegex("  Metrics +(http://.*)\n")]
    private static partial Regex MetricsLine();

    [GeneratedRegex(@"  Password +([^ ]+)  \(shown once\)\n")]
    private static partial Regex PasswordLine();

    [GeneratedRegex("Super admin")]
    private static partial Regex SuperAdminLine();
}
