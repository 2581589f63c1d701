using System.Buffers.Text;
using System.Security.Cryptography;
using Platform.Api.Http;
using Platform.Api.Identity.Registration;
using Platform.Api.Security.Tokens;
using Platform.Grains.Engine.Registration;
using Platform.Identity;
using Platform.Organisations;
using Platform.Storage.Identity;

namespace Platform.Api.Host;

/// <summary>
/// Prepares the platform before the first request: creates the signing keys, the platform's organisation, its super admin and, if
/// configured, the demo. Retries until it succeeds and never changes what exists.
/// </summary>
[Singleton]
public sealed partial class FirstStart(
    SigningKeys keys, FirstStartLock startLock, AccountRegistration registration, EntityGrains grains, Demo demo,
    IConfiguration configuration, ILogger<FirstStart> logger)
    : IHostedService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private static readonly OperationId Operation = OperationId.FromKey("first-start", "super-admin");

    /// <summary>The user id of the super admin, the same on every installation.</summary>
    public static readonly Guid AdminId = Operation.NewId(DateTimeOffset.UnixEpoch, 2);

    /// <summary>The wallet of the super admin.</summary>
    public static readonly Guid AdminWalletId = Operation.NewId(DateTimeOffset.UnixEpoch, 3);

    /// <summary>The super admin's e-mail address; null if another account uses the configured one.</summary>
    public string? AdminEmail { get; private set; }

    /// <summary>The password that this start generated; null if it generated none.</summary>
    public string? GeneratedPassword { get; private set; }

    /// <summary>Whether this start took the password from PLATFORM_ADMIN_PASSWORD.</summary>
    public bool PasswordChosen { get; private set; }

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                await keys.LoadAsync(cancellationToken);
                await using (await startLock.EnterAsync(cancellationToken))
                {
                    await EnsureAdminAsync(cancellationToken);
                    if (configuration.GetValue("Platform:Demo", false))
                    {
                        await demo.LoadAsync(cancellationToken);
                    }
                }

                return;
            }
            catch (Exception exception) when (Problems.From(exception) is not null)
            {
                NotYet(logger, exception.GetType().Name);
                await Task.Delay(Pause, cancellationToken);
            }
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task EnsureAdminAsync(CancellationToken cancellationToken)
    {
        var email = configuration["PLATFORM_ADMIN_EMAIL"] ?? "admin@platform.local";
        if (!LoginName.TryNormalise(email, out var normalised))
        {
            throw new InvalidOperationException("PLATFORM_ADMIN_EMAIL is not an e-mail address.");
        }

        Caller.Set(Caller.Platform);
        var login = grains.Of<ILoginNameGrain>(LoginName.KeyOf(normalised));
        var owner = ValueOrNull(await login.AskAsync(static login => login.FindAsync()));
        var user = ValueOrNull(await grains.Of<IUserGrain>(Caller.Platform, AdminId).AskAsync(static grain => grain.GetAsync()));
        AdminEmail = user?.Email ?? (owner is null ? normalised : null);
        if (owner is not null || (user is not null && user.Email != normalised))
        {
            return;
        }

        if (user is not null)
        {
            // An earlier start stopped between registration and activation, after it had printed the password.
            var context = new CommandContext(Caller.Platform, AdminId, Operation.Step("activate"));
            ValueOrNull(await login.AskAsync(
                new ActivateLoginName(context, AdminId), static (login, command) => login.ActivateAsync(command)));
            return;
        }

        var chosen = configuration["PLATFORM_ADMIN_PASSWORD"];
        PasswordChosen = !string.IsNullOrEmpty(chosen);
        var password = PasswordChosen ? chosen : Generate(email);
        ValueOrNull(await registration.RegisterAsync(
            new NewAccount(
                new NewUser(
                    Operation, new EntityKey(Caller.Platform, AdminId), AdminId, AdminWalletId, email, password, "Super admin",
                    UserTier.SuperAdmin, "USD"),
                OrganisationKind.Platform, "Platform", "UTC", "en-US"),
            cancellationToken));
    }

    private string Generate(string email)
    {
        if (GeneratedPassword is null)
        {
            GeneratedPassword = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(18));

            // Print it now, in case this start stops before it is ready.
            Console.WriteLine($"Super admin: {email}  password: {GeneratedPassword}  (shown once)");
        }

        return GeneratedPassword;
    }

    // Returns null if not found; an unavailable store ends this attempt.
    private static T? ValueOrNull<T>(Result<T> result)
        where T : class => result.IsSuccess ? result.Value
        : result.Error.Kind == ErrorKind.NotFound ? null
        : throw (result.Error.Kind == ErrorKind.Unavailable
            ? new ProblemException(Problems.From(result.Error))
            : new InvalidOperationException($"The first start was refused: {result.Error.Code}."));

    [LoggerMessage(1, LogLevel.Warning, "The first start is waiting for the database and the cluster: {Failure}")]
    private static partial void NotYet(ILogger logger, string failure);
}
