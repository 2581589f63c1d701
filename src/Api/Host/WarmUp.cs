using System.Net.Http.Headers;
using System.Text;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Platform.Api.Identity.Sessions;
using Platform.Api.Security;
using Platform.Api.Security.Access;
using Platform.Grains.Engine.Registration;
using Platform.Identity;

namespace Platform.Api.Host;

/// <summary>
/// Before it reports ready, the process sends itself typical requests, so that code is compiled and pools are open when the first caller
/// comes. It reads the platform's own wallet and writes to a wallet that does not exist, which is refused and recorded nowhere. The silo
/// warms up what follows an accepted command.
/// </summary>
[Singleton]
public sealed partial class WarmUp(
    IServer server, IHostApplicationLifetime lifetime, WarmUpCaller caller, AccessCache access, TokenSigner signer, TimeProvider time,
    IConfiguration configuration, ILogger<WarmUp> logger) : BackgroundService, IHealthCheck
{
    private const int Rounds = 40;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan TokenLife = TimeSpan.FromMinutes(1);
    private volatile bool _done;

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(_done ? HealthCheckResult.Healthy("done") : HealthCheckResult.Unhealthy("warming up"));

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = lifetime.ApplicationStarted.Register(started.SetResult);
        await started.Task.WaitAsync(stoppingToken);
        try
        {
            if (configuration.GetValue("Platform:WarmUp", true) && Address() is { } address)
            {
                using var limit = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
                limit.CancelAfter(Limit);
                await RunAsync(address, limit.Token);
            }
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException or InvalidOperationException)
        {
            // A cold process is slower but still correct.
            NotWarm(logger, exception.GetType().Name);
        }

        _done = true;
    }

    private async Task RunAsync(Uri address, CancellationToken cancellationToken)
    {
        using var client = new HttpClient { BaseAddress = new Uri(address, "/api/v1/") };
        var (now, expires) = (time.GetUtcNow(), time.GetUtcNow() + TokenLife);
        var session = new LiveSession(Guid.CreateVersion7(now), expires);
        var token = signer.Issue(WarmUpCaller.Key, session.Id, "aal1", now, expires, 0).Text;
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        var (wallet, missing) = ($"wallets/{FirstStart.AdminWalletId}", $"wallets/{Guid.CreateVersion7(now)}");
        caller.Enter(session);
        try
        {
            await Task.WhenAll(Enumerable.Range(0, Rounds).Select(async round =>
            {
                await SendAsync(HttpMethod.Get, wallet, null, null);
                await SendAsync(HttpMethod.Get, $"{wallet}/transactions?limit=1", null, null);
                await SendAsync(HttpMethod.Post, $"{missing}/deposits", $"warm-up-{round}",
                    """{"amount":{"amount":"0.01","currency":"USD"},"reference":"warm-up"}""");
                await SendAsync(HttpMethod.Post, $"{missing}/charges", $"warm-up-{round}",
                    """{"amount":{"amount":"0.01","currency":"USD"},"reason":"warm-up"}""");
            }));
        }
        finally
        {
            caller.Leave();
            access.Forget(WarmUpCaller.Key);
        }

        async Task SendAsync(HttpMethod method, string path, string? key, string? body)
        {
            using var request = new HttpRequestMessage(method, path);
            if (key is not null)
            {
                request.Headers.Add("Idempotency-Key", key);
            }

            if (body is not null)
            {
                request.Content = new StringContent(body, Encoding.UTF8, "application/json");
            }

            using var response = await client.SendAsync(request, cancellationToken);
            await response.Content.ReadAsByteArrayAsync(cancellationToken);
        }
    }

    // The plain HTTP address; null if there is none.
    private Uri? Address() => OwnAddresses.Of(server).FirstOrDefault(address => address.Scheme == Uri.UriSchemeHttp);

    [LoggerMessage(1, LogLevel.Warning, "The process is ready although its warm-up failed: {Failure}")]
    private static partial void NotWarm(ILogger logger, string failure);
}
