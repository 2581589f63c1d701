using Platform.Testing;

namespace Platform.Api.Tests.Auth;

/// <summary>The certified provider in OpenIdProvider/server.mjs as a process. Its packages are fetched at the first use.</summary>
internal sealed class OpenIdProvider : IAsyncDisposable
{
    private readonly ServerProgram _server;
    private readonly TestFolder _folder;

    private OpenIdProvider(ServerProgram server, TestFolder folder, Uri issuer) => (_server, _folder, Issuer) = (server, folder, issuer);

    public Uri Issuer { get; }

    public static async Task<OpenIdProvider> StartAsync(string redirectBase)
    {
        var folder = new TestFolder();
        try
        {
            foreach (var file in Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "OpenIdProvider")))
            {
                File.Copy(file, folder.In(Path.GetFileName(file)));
            }

            const string Advice = "install Node.js 18 or newer with npm (apt-get install -y nodejs npm)";
            await ServerProgram.RunAsync(ServerProgram.Find("npm", Advice), ["ci", "--no-audit", "--no-fund", "--ignore-scripts", "--prefer-offline"], folder.Path);
            var port = FreePorts.Next();
            var server = await ServerProgram.StartAsync(
                ServerProgram.Find("node", Advice), [folder.In("server.mjs"), $"{port}", redirectBase], port, folder.Path);
            return new OpenIdProvider(server, folder, new Uri($"http://127.0.0.1:{port}"));
        }
        catch
        {
            folder.Dispose();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _folder.Dispose();
    }
}
