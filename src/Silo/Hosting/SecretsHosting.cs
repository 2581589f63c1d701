using Microsoft.Extensions.DependencyInjection.Extensions;
using Platform.Storage.Engine;
using Platform.Storage.Engine.Secrets;

namespace Platform.Silo.Hosting;

/// <summary>
/// Gets the keys for secrets from Secrets:Keys or from the file Secrets:KeyFile, by default keys/secrets.json in the data folder.
/// A single process creates that file; the processes of a cluster must be given the same keys.
/// </summary>
public static class SecretsHosting
{
    public const string KeysKey = "Secrets:Keys";
    public const string KeyFileKey = "Secrets:KeyFile";

    /// <summary>Whether the process may create a missing key file. By default only a single process may.</summary>
    public const string CreateKeyFileKey = "Secrets:CreateKeyFile";

    /// <summary>Adds <see cref="SecretBox"/> and <see cref="SecretTable"/>.</summary>
    internal static void AddPlatformSecrets(this IServiceCollection services, IConfiguration configuration)
    {
        services.TryAddSingleton(provider => ReadKeys(configuration, provider.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton<SecretBox>();
        services.TryAddSingleton<SecretTable>();
    }

    /// <exception cref="SecretException">The keys are missing or invalid; the message says what to set.</exception>
    public static SecretKeys ReadKeys(IConfiguration configuration, TimeProvider time) =>
        Configured(configuration) is { } ring ? SecretKeys.Of(ring) : SecretKeys.OfFile(KeyFile(configuration), time);

    /// <summary>Creates the key file if allowed, and checks that the keys open the secrets in the database.</summary>
    /// <exception cref="SecretException">As <see cref="ReadKeys"/>, or a key is missing.</exception>
    public static async Task<SecretKeys> PrepareAsync(
        IConfiguration configuration, string connectionString, CancellationToken cancellationToken)
    {
        await using var database = new PlatformDatabase(connectionString);
        var usage = new SecretUsage(database);
        var time = TimeProvider.System;
        if (Configured(configuration) is null && KeyFile(configuration) is var file && !File.Exists(file))
        {
            if (await usage.KeyIdsAsync(cancellationToken) is [var needed, ..])
            {
                throw new SecretException(SecretUsage.Missing(
                    needed,
                    $"and there are no keys: {file} does not exist and {KeysKey} is not set. " +
                    $"Restore that file, or set {KeysKey}:0:Id and {KeysKey}:0:Value,"));
            }

            if (!configuration.GetValue(CreateKeyFileKey, configuration[SiloSettings.RunModeKey] == "single"))
            {
                throw new SecretException(
                    "There is no key for secrets. All processes that share a database need the same one. " +
                    "Create one with 'openssl rand -base64 32' and set it in all of them " +
                    $"as {KeysKey}:0:Id (a name, such as 1) and {KeysKey}:0:Value, " +
                    "or in the environment as Secrets__Keys__0__Id and Secrets__Keys__0__Value; " +
                    $"or set {KeyFileKey} to a key file that all of them can read (not found: {file}). " +
                    $"On a single machine --{CreateKeyFileKey}=true creates that file.");
            }

            Storage.Engine.Secrets.KeyFile.Create(file, new KeyRing([SecretKey.New(time.GetUtcNow())]));
        }

        var keys = ReadKeys(configuration, time);
        await usage.CheckAsync(keys, cancellationToken);
        return keys;
    }

    private static string KeyFile(IConfiguration configuration) => Path.GetFullPath(
        configuration[KeyFileKey] is { Length: > 0 } file
            ? file
            : Path.Combine(configuration["Platform:Data"] ?? ".data", "keys", "secrets.json"));

    // Entries without a value are ignored, so that a template may have an empty entry for a second key.
    private static KeyRing? Configured(IConfiguration configuration)
    {
        var keys = configuration.GetSection(KeysKey).GetChildren().Where(key => !string.IsNullOrWhiteSpace(key["Value"])).ToList();
        return keys switch
        {
            [] => null,
            _ when configuration[KeyFileKey] is { Length: > 0 } =>
                throw new SecretException($"Both {KeysKey} and {KeyFileKey} are set. Set only one of them."),
            _ => new KeyRing(keys.Select(key => SecretKey.Parse(IdOf(key), key["Value"]!))),
        };

        static string IdOf(IConfigurationSection key) => key["Id"] ?? throw new SecretException(
            $"{key.Path}:Id is not set. Sealed secrets refer to their key by this id; never reuse it for another key.");
    }
}
