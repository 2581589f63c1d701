using Microsoft.AspNetCore.Authentication;
using Platform.Api.Security.Tokens;
using Platform.Grains.Engine.Registration;

namespace Platform.Api.Identity;

/// <summary>How callers are authenticated, and the settings of tokens and accounts.</summary>
[Services]
public static class AuthHosting
{
    public static void Add(IServiceCollection services)
    {
        services.AddAuthentication(BearerHandler.Scheme).AddScheme<AuthenticationSchemeOptions, BearerHandler>(BearerHandler.Scheme, null);
        services.AddOptions<TokenOptions>().BindConfiguration("Tokens").Validate(
            tokens => tokens.KeyAge > TimeSpan.Zero && tokens.KeyReload >= TimeSpan.FromMilliseconds(100), "Tokens:KeyAge and Tokens:KeyReload must be above zero.");
        services.AddOptions<AuthOptions>().BindConfiguration("Auth")
            .PostConfigure(static auth => auth.PublicUrl = auth.PublicUrl?.TrimEnd('/') is { Length: > 0 } url ? url : null)
            .Validate(static auth => auth.IsValid, "Auth:PublicUrl is an absolute http or https address without a query.")
            .ValidateOnStart();
    }
}
