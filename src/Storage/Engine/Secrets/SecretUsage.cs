using Platform.Storage.Identity;

namespace Platform.Storage.Engine.Secrets;

/// <summary>Which keys the database needs.</summary>
public sealed class SecretUsage(PlatformDatabase database)
{
    /// <summary>The ids of the keys that something in the database is sealed with.</summary>
    public Task<IReadOnlyList<string>> KeyIdsAsync(CancellationToken cancellationToken) => database.ListAsync(
        "SELECT key_id FROM secret UNION SELECT key_id FROM signing_key WHERE key_id IS NOT NULL ORDER BY 1",
        [],
        static row => row.GetString(0),
        cancellationToken);

    /// <summary>Refuses a ring that lacks a key the database needs, or has another one under its id.</summary>
    /// <exception cref="SecretException">What is missing, and where it should be.</exception>
    public async Task CheckAsync(SecretKeys keys, CancellationToken cancellationToken)
    {
        foreach (var id in await KeyIdsAsync(cancellationToken))
        {
            if (keys.Find(id) is null)
            {
                throw new SecretException(Missing(id, keys.File is { } file ? $"which is not in {file}. Restore that file" : "which is not among Secrets:Keys. Add it there"));
            }
        }

        // Ids are names only: that they name the right keys is seen by opening something.
        await new SigningKeyTable(database, new SecretBox(keys)).ListAsync(cancellationToken);
    }

    /// <summary>What to say where the key is not at hand.</summary>
    public static string Missing(string id, string where) =>
        $"The database holds secrets that are sealed with the key {id}, {where} from a backup: without it these secrets cannot be opened.";
}
