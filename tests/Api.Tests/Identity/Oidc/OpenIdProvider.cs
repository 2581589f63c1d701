using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.Tokens;
using Platform.Testing;

namespace Platform.Api.Tests.Identity.Oidc;

/// <summary>An OpenID provider built with OpenIddict, which shares no code with the platform: a real HTTP server on a free port.</summary>
internal sealed class OpenIdProvider : IAsyncDisposable
{
    // OpenIddict appends a slash to an issuer without a path. With a path, the issuer is exactly the configured text.
    private const string Path = "/provider";

    private readonly RSA _rsa = RSA.Create(2048);
    private readonly ECDsa _ec = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly WebApplication _app;

    private OpenIdProvider(string redirectBase)
    {
        var origin = $"http://127.0.0.1:{FreePorts.Next()}";
        Issuer = new Uri(origin + Path);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(origin);
        builder.Services.AddOpenIddict().AddServer(options =>
        {
            options.EnableDegradedMode().SetIssuer(Issuer).AllowAuthorizationCodeFlow().RequireProofKeyForCodeExchange();
            options.SetAuthorizationEndpointUris("authorize").SetTokenEndpointUris("token").SetUserInfoEndpointUris("userinfo");
            options.RegisterScopes("email", "profile");
            options.AddSigningKey(new RsaSecurityKey(_rsa) { KeyId = "rsa-1" });
            options.AddSigningKey(new ECDsaSecurityKey(_ec) { KeyId = "ec-1" });
            options.AddEncryptionKey(new SymmetricSecurityKey(RandomNumberGenerator.GetBytes(32)));
            options.UseAspNetCore().DisableTransportSecurityRequirement();
            new OpenIdEvents(redirectBase).AddTo(options);
        });
        _app = builder.Build();
        _app.UsePathBase(Path);
        _app.UseRouting();
        _app.UseAuthentication();
    }

    public Uri Issuer { get; }

    public static async Task<OpenIdProvider> StartAsync(string redirectBase)
    {
        var provider = new OpenIdProvider(redirectBase);
        await provider._app.StartAsync();
        return provider;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _rsa.Dispose();
        _ec.Dispose();
    }
}
