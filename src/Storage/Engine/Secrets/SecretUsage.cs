using Platform.Storage.Identity;

namespace Platform.Storage.Engine.Secrets;

/// <summary>Finds the keys that the database needs.</summary>
public sealed class SecretUsage(PlatformDatabase database)
{
    /// <summary>The ids of the keys with which secrets in the database are sealed.</summary>
    public Task<IReadOnlyList<string>> KeyIdsAsync(CancellationToken cancellationToken) => database.ListAsync(
        "SELECT key_id FROM secret UNION SELECT key_id FROM signing_key WHERE key_id IS NOT NULL ORDER BY 1",
        [],
        static row => row.GetString(0),
        cancellationToken);

    /// <summary>Checks that the key ring has every key that the database needs.</summary>
    /// <exception cref="SecretException">A key is missing, or another key has its id.</exception>
    public async Task CheckAsync(SecretKeys keys, CancellationToken cancellationToken)
    {
        foreach (var id in await KeyIdsAsync(cancellationToken))
        {
            if (keys.Find(id) is null)
            {
                var where = keys.File is { } file
                    ? $"which is not in {file}. Restore that file"
                    : "which is not in Secrets:Keys. Add it there";
                throw new SecretException(Missing(id, where));
            }
        }

        // Opens something, to check that the ids belong to the right keys.
        await new SigningKeyTable(database, new SecretBox(keys)).ListAsync(cancellationToken);
    }

    /// <summary>The message for a missing key.</summary>
    public static string Missing(string id, string where) =>
        $"The database has secrets that are sealed with the key {id}, {where} from a backup: without it they cannot be opened.";
}
