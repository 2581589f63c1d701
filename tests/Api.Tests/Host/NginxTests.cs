using System.Text.RegularExpressions;
using Platform.Testing;

namespace Platform.Api.Tests.Host;

/// <summary>The proxy of docker-compose.yml in front of the platform, with the configuration that is shipped.</summary>
[Collection(ApiCollection.Name)]
public sealed partial class NginxTests(ApiFixture api)
{
    [Fact]
    public async Task Live_updates_pass_the_proxy_and_it_logs_no_access_token()
    {
        using var folder = new TestFolder();
        var port = FreePorts.Next();
        await WriteAsync(folder, port);
        await using var nginx = await ServerProgram.StartAsync(
            ServerProgram.Find("nginx", "apt-get install -y nginx-light"),
            [
                "-p", folder.Path, "-c", folder.In("nginx.conf"), "-e", folder.In("error.log"),
                "-g", $"daemon off; pid {folder.In("nginx.pid")};",
            ],
            port, folder.Path);

        var account = await api.RegisterAsync();
        var front = new Uri($"http://127.0.0.1:{port}");
        await using (var hub = await HubClient.ConnectAsync(front, account.Token))
        {
            await hub.InvokeAsync("Subscribe", "overview");
            await hub.WaitForCallAsync("snapshot");
        }

        var (access, error) = (folder.In("access.log"), folder.In("error.log"));
        await Eventually.HoldsAsync(
            async () => File.Exists(access) && (await File.ReadAllTextAsync(access)).Contains("/hubs/live", StringComparison.Ordinal),
            TimeSpan.FromSeconds(20), "it is logged");
        foreach (var log in (string[])[access, error])
        {
            var text = await File.ReadAllTextAsync(log);
            Assert.DoesNotContain(account.Token, text, StringComparison.Ordinal);
            Assert.DoesNotContain("access_token", text, StringComparison.Ordinal);
        }
    }

    // The installed NGINX is older than the image's and there are no container names here, so only the upstream differs.
    private async Task WriteAsync(TestFolder folder, int port)
    {
        var source = Path.Combine(ApiDocument.Root, "deploy", "nginx");
        var configuration = await File.ReadAllTextAsync(Path.Combine(source, "nginx.conf"));
        configuration = Resolver().Replace(configuration, "");
        configuration = Upstream().Replace(configuration, $"upstream api {{ server {api.Address.Authority}; keepalive 64; }}");
        configuration = configuration.Replace("listen 80;", $"listen 127.0.0.1:{port};", StringComparison.Ordinal)
            .Replace("/etc/nginx/proxy_params_platform", folder.In("proxy_params"), StringComparison.Ordinal)
            .Replace("/dev/stdout", folder.In("access.log"), StringComparison.Ordinal)
            .Replace("/dev/stderr", folder.In("error.log"), StringComparison.Ordinal);
        await File.WriteAllTextAsync(folder.In("nginx.conf"), configuration);
        File.Copy(Path.Combine(source, "proxy_params"), folder.In("proxy_params"));
    }

    [GeneratedRegex("resolver [^;]*;")]
    private static partial Regex Resolver();

    [GeneratedRegex("upstream api \\{[^}]*\\}")]
    private static partial Regex Upstream();
}
