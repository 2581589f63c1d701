using Microsoft.AspNetCore.Authentication;
using Platform.Api.Security.Tokens;
using Platform.Grains.Engine.Registration;

namespace Platform.Api.Identity;

/// <summary>Sets up the authentication of callers, and the settings of tokens and accounts.</summary>
[Services]
public static class AuthHosting
{
    public static void Add(IServiceCollection services)
    {
        services.AddAuthentication(BearerHandler.Scheme).AddScheme<AuthenticationSchemeOptions, BearerHandler>(BearerHandler.Scheme, null);
        services.AddOptions<TokenOptions>().BindConfiguration("Tokens").Validate(
            tokens => tokens.KeyAge > TimeSpan.Zero && tokens.KeyReload >= TimeSpan.FromMilliseconds(100),
            "Tokens:KeyAge must be positive, and Tokens:KeyReload at least 100 ms.");
        services.AddOptions<AuthOptions>().BindConfiguration("Auth")
            .PostConfigure(static auth => auth.PublicUrl = auth.PublicUrl?.TrimEnd('/') is { Length: > 0 } url ? url : null)
            .Validate(static auth => auth.IsValid, "Auth:PublicUrl must be an absolute http or https address without a query.")
            .ValidateOnStart();
    }
}
