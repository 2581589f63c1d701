using Platform.Testing;

namespace Platform.Api.Tests.Host.Commands;

/// <summary>The command that creates the standard groups on a running platform.</summary>
[Collection(ApiCollection.Name)]
public sealed class SetUpCommandTests(ApiFixture api)
{
    [Fact]
    public async Task The_groups_are_created_once_and_the_session_of_the_command_ends()
    {
        var owner = await api.RegisterAsync();
        var (exitCode, output) = await RunAsync(owner.Email, ("PLATFORM_PASSWORD", owner.Password));
        Assert.True(exitCode == 0, output);
        var codes = (await owner.GetAsync("/api/v1/roles")).Is(200).Json["items"]!.AsArray()
            .Where(role => role!["kind"]!.GetValue<string>() == "custom").Select(role => role!["code"]!.GetValue<string>()).ToList();
        Assert.Equal(5, codes.Count);
        Assert.All(codes, code => Assert.Contains($"{code}  created", output, StringComparison.Ordinal));
        Assert.Single((await owner.GetAsync("/api/v1/auth/sessions")).Is(200).Json["items"]!.AsArray());

        (exitCode, output) = await PlatformCommand.RunTypingAsync(
            new Dictionary<string, string>(), $"{owner.Password}\n",
            "access", "setup", "--url", api.Address.ToString(), "--email", owner.Email);
        Assert.True(exitCode == 0, output);
        Assert.All(codes, code => Assert.Contains($"{code}  exists already", output, StringComparison.Ordinal));
        Assert.DoesNotContain(owner.Password, output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_will_do_and_a_second_factor_is_asked_for()
    {
        var owner = await api.RegisterAsync();
        var (exitCode, output) = await RunAsync(null, ("SOME_TOKEN", owner.Token));
        Assert.True(exitCode == 0, output);
        (await owner.GetAsync("/api/v1/auth/me")).Is(200);

        var app = await Authenticator.SetUpAsync(owner);
        (exitCode, output) = await RunAsync(owner.Email, ("PLATFORM_PASSWORD", owner.Password), ("PLATFORM_CODE", app.RecoveryCodes[0]));
        Assert.True(exitCode == 0, output);
    }

    [Fact]
    public async Task A_refused_caller_sees_the_reason_and_nothing_is_created()
    {
        var owner = await api.RegisterAsync();
        var viewer = await api.AddUserAsync(owner, "viewer");
        var (exitCode, output) = await RunAsync(viewer.Email, ("PLATFORM_PASSWORD", viewer.Password));
        Assert.Equal(1, exitCode);
        Assert.Contains("(403 forbidden, trace ", output, StringComparison.Ordinal);
        (exitCode, output) = await RunAsync(owner.Email, ("PLATFORM_PASSWORD", "a wrong password"));
        Assert.Equal(1, exitCode);
        Assert.Contains("(401 invalid-credentials", output, StringComparison.Ordinal);
        (exitCode, output) = await RunAsync(null);
        Assert.Equal(1, exitCode);
        Assert.Contains("--email", output, StringComparison.Ordinal);
        var roles = (await owner.GetAsync("/api/v1/roles")).Is(200).Json["items"]!.AsArray();
        Assert.DoesNotContain(roles, role => role!["kind"]!.GetValue<string>() == "custom");
    }

    [Fact]
    public async Task An_unreachable_platform_is_reported()
    {
        var (exitCode, output) = await PlatformCommand.RunTypingAsync(
            new Dictionary<string, string> { ["PLATFORM_TOKEN"] = "x" }, "",
            "access", "setup", "--url", $"http://127.0.0.1:{FreePorts.Next()}");
        Assert.Equal(1, exitCode);
        Assert.Contains("cannot be reached", output, StringComparison.Ordinal);
    }

    // Shells and git set these variables; a password must not go to their address.
    [Fact]
    public async Task Environment_variables_are_not_options()
    {
        var environment = new Dictionary<string, string>
        {
            ["URL"] = $"http://127.0.0.1:{FreePorts.Next()}", ["EMAIL"] = "ada@example.com", ["PLATFORM_PASSWORD"] = "a wrong password",
        };
        var (exitCode, output) = await PlatformCommand.RunTypingAsync(environment, "", "access", "setup", "--url", api.Address.ToString());
        Assert.Equal(1, exitCode);
        Assert.Contains("Specify who signs in", output, StringComparison.Ordinal);
        using var nothing = new TestFolder();
        (exitCode, output) = await PlatformCommand.RunTypingAsync(environment, "", "access", "setup", "--data", nothing.Path);
        Assert.Equal(1, exitCode);
        Assert.Contains("the default", output, StringComparison.Ordinal);
        Assert.DoesNotContain(environment["URL"], output, StringComparison.Ordinal);
    }

    private Task<(int ExitCode, string Output)> RunAsync(string? email, params (string Name, string Value)[] environment)
    {
        string[] who = email is not null ? ["--email", email] : ["--token-env", "SOME_TOKEN"];
        return PlatformCommand.RunTypingAsync(
            environment.ToDictionary(pair => pair.Name, pair => pair.Value), "",
            ["access", "setup", "--url", api.Address.ToString(), .. who]);
    }
}
