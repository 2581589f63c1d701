using BenchmarkDotNet.Attributes;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Platform.Api.Security;
using Platform.Api.Security.Access;
using Platform.Api.Security.Tokens;

namespace Platform.Micro;

/// <summary>The cost of authentication and authorisation per request, for 100,000 users in random order.</summary>
[MemoryDiagnoser]
public class AccessBenchmarks
{
    private AccessState _state = null!;
    private ServiceProvider _services = null!;
    private RequestDelegate _pipeline = null!;
    private Endpoint _endpoint = null!;
    private readonly TokenCache _others = new(TimeProvider.System); // The cache of the state is full: one more would empty it.
    private int _next;

    [GlobalSetup]
    public void Setup()
    {
        _state = AccessState.Shared;
        var services = new ServiceCollection()
            .AddLogging()
            .AddSingleton(TimeProvider.System)
            .AddSingleton(_state.Tokens)
            .AddSingleton(_state.Verifier)
            .AddSingleton(_state.Cache)
            .AddSingleton<ApiKeyVerifier>()
            .AddRouting()
            .AddAuthorization();
        services.AddAuthentication(BearerHandler.Scheme).AddScheme<AuthenticationSchemeOptions, BearerHandler>(BearerHandler.Scheme, null);
        _services = services.BuildServiceProvider();
        var app = new ApplicationBuilder(_services);
        app.UseAuthentication();
        app.UseAuthorization();
        app.UseAccessControl();
        app.Run(static http =>
        {
            http.Response.StatusCode = StatusCodes.Status204NoContent;
            return Task.CompletedTask;
        });
        _pipeline = app.Build();
        var metadata = new EndpointMetadataCollection(new AuthorizeAttribute(), new PermissionNeed("wallets:read", Narrows: true));
        _endpoint = new Endpoint(null, metadata, "wallet");
    }

    [GlobalCleanup]
    public void Cleanup() => _services.Dispose();

    [Benchmark(Description = "Token seen before")]
    public AuthenticateResult FindToken() => _state.Tokens.Find(_state.Texts[Next()])!;

    [Benchmark(Description = "Token seen for the first time")]
    public async Task<AccessToken> VerifyToken()
    {
        var text = _state.Texts[Next()];
        var token = (await _state.Verifier.VerifyAsync(text))!;
        _others.Add(text, AuthenticateResult.Success(new AuthenticationTicket(new SignedIn(token), BearerHandler.Scheme)), token.ExpiresAt);
        return token;
    }

    [Benchmark(Description = "Access of a user, held")]
    public bool FindAccess() => _state.Cache.Find(_state.Callers[Next()])!.Effective.Allows("wallets:read").Organisation;

    [Benchmark(Description = "Access of a user, lease over, nothing changed")]
    public async Task<AccessView> RenewAccess() => await _state.Unleased.GetAsync(_state.Callers[Next() % AccessState.Renewed]);

    [Benchmark(Description = "Access of a user, changed")]
    public async Task<AccessView> ReadAccess()
    {
        var caller = _state.Callers[Next() % AccessState.Renewed];
        _state.Unleased.Forget(caller.Key);
        return await _state.Unleased.GetAsync(caller);
    }

    [Benchmark(Description = "Authentication and access of a request")]
    public async Task<int> Admit()
    {
        await using var scope = _services.CreateAsyncScope();
        var http = new DefaultHttpContext { RequestServices = scope.ServiceProvider };
        http.Request.Headers.Authorization = "Bearer " + _state.Texts[Next()];
        http.SetEndpoint(_endpoint);
        await _pipeline(http);
        return http.Response.StatusCode == StatusCodes.Status204NoContent
            ? 204
            : throw new InvalidOperationException($"Refused: {http.Response.StatusCode}");
    }

    private int Next() => _next = (_next + 1) % AccessState.Users;
}
