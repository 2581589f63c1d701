using Platform.Api.Host;
using Platform.Api.Host.Commands;
using Platform.Api.Host.OpenApi;
using Platform.Api.Http;
using Platform.Silo.Hosting;
using Platform.Silo.Instruments;

ProcessCulture.UseInvariant();

// By default, the whole platform in one process: database, silo and API. With Silo:CoHosted=false, only the API of a cluster.
// With --openapi FILE it writes the OpenAPI document and exits; with a command (see the script platform) it runs that and exits.
if (await PlatformCommands.RunAsync(args) is { } exitCode)
{
    Environment.ExitCode = exitCode;
    return;
}

var builder = WebApplication.CreateBuilder(args);
builder.Logging.AddPlatformLogging();
builder.AddPlatformApi();

if (builder.Configuration["openapi"] is { Length: > 0 } file)
{
    builder.Services.AddHealthChecks();
    builder.Services.AddSingleton(TimeProvider.System);
    await using var unstarted = builder.Build();
    unstarted.UsePlatformApi();
    await File.WriteAllTextAsync(file, await OpenApiHosting.WriteDocumentAsync(unstarted.Services));
    return;
}

await using var database = await builder.PrepareDatabaseAsync();
if (builder.Configuration.GetValue("Silo:CoHosted", true))
{
    builder.AddPlatformSilo();
}
else
{
    builder.AddPlatformClient();
}

builder.Services.AddPlatformBackground();
builder.AddPlatformTraces(GrainCalls.TraceSource);
await using var app = builder.Build();
app.UsePlatformApi();
await app.RunAsync();
