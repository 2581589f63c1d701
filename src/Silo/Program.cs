using Platform.Silo.Health;
using Platform.Silo.Hosting;
using Platform.Silo.Instruments;

ProcessCulture.UseInvariant();

// A separate silo: one of at least three that share a database. HTTP serves only its health, and its metrics on the management port.
var builder = WebApplication.CreateBuilder(args);
builder.Logging.ClearProviders().AddJsonConsole(SiloHosting.Console).AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
if (args is ["database", ..])
{
    await DatabaseCommand.RunAsync(builder);
    return;
}

if (builder.Configuration["port"] is { } port)
{
    builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
}

await using var database = await builder.PrepareDatabaseAsync();
builder.AddPlatformSilo();
builder.Services.AddPlatformMetrics();
builder.AddPlatformTraces();

await using var app = builder.Build();
app.MapPlatformHealth();
await app.RunAsync();
