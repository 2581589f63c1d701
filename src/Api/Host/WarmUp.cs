using System.Net.Http.Headers;
using System.Text;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Platform.Api.Identity.Sessions;
using Platform.Api.Security;
using Platform.Api.Security.Access;
using Platform.Identity;

namespace Platform.Api.Host;

/// <summary>
/// Before it is ready, a process sends itself the requests that the first clients will send: their code is compiled and the pools are
/// open, so that the first caller after a restart does not pay for the compiler. It reads the platform's own wallet and writes to one
/// that does not exist, which is refused and recorded nowhere; what follows an accepted command, the silo rehearses.
/// </summary>
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
            // Cold is slower, not wrong.
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
        var (wallet, nowhere) = ($"wallets/{FirstStart.AdminWalletId}", $"wallets/{Guid.CreateVersion7(now)}");
        caller.Enter(session);
        try
        {
            await Task.WhenAll(Enumerable.Range(0, Rounds).Select(async round =>
            {
                await SendAsync(HttpMethod.Get, wallet, null, null);
                await SendAsync(HttpMethod.Get, $"{wallet}/transactions?limit=1", null, null);
                await SendAsync(HttpMethod.Post, $"{nowhere}/deposits", $"warm-up-{round}", """{"amount":{"amount":"0.01","currency":"USD"},"reference":"warm-up"}""");
                await SendAsync(HttpMethod.Post, $"{nowhere}/charges", $"warm-up-{round}", """{"amount":{"amount":"0.01","currency":"USD"},"reason":"warm-up"}""");
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

    // Without a certificate; null where that cannot be.
    private Uri? Address() => OwnAddresses.Of(server).FirstOrDefault(address => address.Scheme == Uri.UriSchemeHttp);

    [LoggerMessage(1, LogLevel.Warning, "The process is ready without having warmed up: {Failure}")]
    private static partial void NotWarm(ILogger logger, string failure);
}
