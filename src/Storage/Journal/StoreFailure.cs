using Npgsql;
using Platform.Grains.Common.Journal;

namespace Platform.Storage.Journal;

/// <summary>Tells a store that does not answer from a statement that it refuses.</summary>
internal static class StoreFailure
{
    /// <summary>Runs a statement; a lost connection, a timeout or a server that shuts down becomes <see cref="JournalUnavailableException"/>.</summary>
    public static async Task<T> TranslateAsync<T>(Func<Task<T>> statement)
    {
        try
        {
            return await statement();
        }
        catch (Exception exception) when (IsUnavailable(exception))
        {
            throw new JournalUnavailableException("The store does not answer.", exception);
        }
    }

    // SQLSTATE classes (PostgreSQL appendix A): 08 connection, 40 rollback, 53 resources, 57 operator, 58 system.
    private static bool IsUnavailable(Exception exception) => exception switch
    {
        PostgresException refused => refused.SqlState[..2] is "08" or "40" or "53" or "57" or "58",
        NpgsqlException or TimeoutException or IOException => true,
        _ => false,
    };
}
