using Microsoft.AspNetCore.Authentication;
using Platform.Api.Identity.External;
using Platform.Api.Identity.Letters;
using Platform.Api.Identity.Mfa;
using Platform.Api.Identity.Passwords;
using Platform.Api.Identity.Registration;
using Platform.Api.Identity.Sessions;
using Platform.Api.Security.Tokens;
using Platform.Storage.Identity;
using Platform.Storage.ServiceAccounts;

namespace Platform.Api.Identity;

/// <summary>The services that say who calls: tokens and their keys, sign-in, passwords, second factors, single sign-on.</summary>
public static class AuthHosting
{
    public static IServiceCollection AddPlatformAuth(this IServiceCollection services)
    {
        services.AddAuthentication(BearerHandler.Scheme).AddScheme<AuthenticationSchemeOptions, BearerHandler>(BearerHandler.Scheme, null);
        services.AddOptions<TokenOptions>().BindConfiguration("Tokens").Validate(
            tokens => tokens.KeyAge > TimeSpan.Zero && tokens.KeyReload >= TimeSpan.FromMilliseconds(100), "Tokens:KeyAge and Tokens:KeyReload must be above zero.");
        services.AddOptions<AuthOptions>().BindConfiguration("Auth")
            .PostConfigure(static auth => auth.PublicUrl = auth.PublicUrl?.TrimEnd('/') is { Length: > 0 } url ? url : null)
            .Validate(static auth => auth.IsValid, "Auth:PublicUrl is an absolute http or https address without a query.")
            .ValidateOnStart();
        return services
            .AddSingleton<SigningKeyTable>().AddSingleton<SigningKeys>()
            .AddSingleton<TokenSigner>().AddSingleton<TokenVerifier>().AddSingleton<TokenCache>().AddSingleton<ApiKeyVerifier>()
            .AddSingleton<UserQueries>().AddSingleton<ServiceAccountQueries>()
            .AddSingleton<PasswordHasher>().AddSingleton<PasswordProof>().AddSingleton<PasswordSignIn>().AddSingleton<PasswordChange>()
            .AddSingleton<LoginNames>().AddSingleton<AccountRegistration>().AddSingleton<AccountOpening>().AddSingleton<TakenAddresses>()
            .AddSingleton<SignIn>().AddSingleton<SessionRefresh>()
            .AddSingleton<LetterLinks>().AddSingleton<Notices>().AddSingleton<MailTokens>().AddSingleton<TokenRedemption>()
            .AddSingleton<MfaCodes>().AddSingleton<MfaRemoval>().AddSingleton<SecondFactorSignIn>()
            .AddSingleSignOn();
    }
}
