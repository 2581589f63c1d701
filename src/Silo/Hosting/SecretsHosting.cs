using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Platform.Storage.Engine;
using Platform.Storage.Engine.Secrets;

namespace Platform.Silo.Hosting;

/// <summary>
/// Where a process has its keys for secrets from: Secrets:Keys, or the file Secrets:KeyFile, which is keys/secrets.json below the data
/// folder where nothing else is said. A process that runs alone makes that file; those of a cluster must be given the same keys.
/// </summary>
public static class SecretsHosting
{
    public const string KeysKey = "Secrets:Keys";
    public const string KeyFileKey = "Secrets:KeyFile";

    /// <summary>True lets a process make the key file that is not there. By default only one that runs alone may.</summary>
    public const string CreateKeyFileKey = "Secrets:CreateKeyFile";

    /// <summary>Adds <see cref="SecretBox"/> and <see cref="SecretTable"/>.</summary>
    internal static void AddPlatformSecrets(this IServiceCollection services, IConfiguration configuration)
    {
        services.TryAddSingleton(provider => ReadKeys(configuration, provider.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton<SecretBox>();
        services.TryAddSingleton<SecretTable>();
    }

    /// <exception cref="SecretException">There are no keys, or they are not what they should be; the message says what to set.</exception>
    public static SecretKeys ReadKeys(IConfiguration configuration, TimeProvider time) =>
        Configured(configuration) is { } ring ? SecretKeys.Of(ring) : SecretKeys.OfFile(KeyFile(configuration), time);

    /// <summary>Makes the key file where it may, and refuses keys that do not open what the database holds.</summary>
    /// <exception cref="SecretException">As <see cref="ReadKeys"/>, or a key is missing.</exception>
    public static async Task<SecretKeys> PrepareAsync(IConfiguration configuration, string connectionString, CancellationToken cancellationToken)
    {
        await using var database = new PlatformDatabase(connectionString);
        var usage = new SecretUsage(database);
        var time = TimeProvider.System;
        if (Configured(configuration) is null && KeyFile(configuration) is var file && !File.Exists(file))
        {
            if (await usage.KeyIdsAsync(cancellationToken) is [var needed, ..])
            {
                throw new SecretException(SecretUsage.Missing(
                    needed, $"and there are no keys: {file} does not exist and {KeysKey} is not set. Restore that file, or set {KeysKey}:0:Id and {KeysKey}:0:Value,"));
            }

            if (!configuration.GetValue(CreateKeyFileKey, configuration[SiloSettings.RunModeKey] == "single"))
            {
                throw new SecretException(
                    $"There is no key for secrets, and processes that share a database must share it. Make one with 'openssl rand -base64 32' and give it to all of them, " +
                    $"as the settings {KeysKey}:0:Id (a name, such as 1) and {KeysKey}:0:Value, in the environment Secrets__Keys__0__Id and Secrets__Keys__0__Value; " +
                    $"or name a key file that all of them can read in {KeyFileKey} (looked for: {file}). " +
                    $"On one machine --{CreateKeyFileKey}=true makes that file.");
            }

            Storage.Engine.Secrets.KeyFile.Create(file, new KeyRing([SecretKey.New(time.GetUtcNow())]));
        }

        var keys = ReadKeys(configuration, time);
        await usage.CheckAsync(keys, cancellationToken);
        return keys;
    }

    private static string KeyFile(IConfiguration configuration) => Path.GetFullPath(
        configuration[KeyFileKey] is { Length: > 0 } file ? file : Path.Combine(configuration["Platform:Data"] ?? ".data", "keys", "secrets.json"));

    // An entry without a value counts as none, so that a place for a second key may stand in a template.
    private static KeyRing? Configured(IConfiguration configuration)
    {
        var keys = configuration.GetSection(KeysKey).GetChildren().Where(key => !string.IsNullOrWhiteSpace(key["Value"])).ToList();
        return keys switch
        {
            [] => null,
            _ when configuration[KeyFileKey] is { Length: > 0 } => throw new SecretException($"Both {KeysKey} and {KeyFileKey} are set. Set one of them."),
            _ => new KeyRing(keys.Select(key => SecretKey.Parse(
                key["Id"] ?? throw new SecretException($"{key.Path}:Id is not set. It names the key in what is sealed with it; never give it to another key."), key["Value"]!))),
        };
    }
}
