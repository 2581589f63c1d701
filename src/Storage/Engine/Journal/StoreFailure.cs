using Platform.Grains.Engine.Journal;

namespace Platform.Storage.Engine.Journal;

/// <summary>Translates failures of a store that does not answer; errors of a statement pass unchanged.</summary>
internal static class StoreFailure
{
    /// <summary>
    /// Runs a statement. Throws <see cref="JournalUnavailableException"/> after a lost connection, a timeout or a server shutdown.
    /// </summary>
    public static async Task<T> TranslateAsync<T>(Func<Task<T>> statement)
    {
        try
        {
            return await statement();
        }
        catch (Exception exception) when (IsUnavailable(exception))
        {
            // The driver's exceptions must not leave a grain: callers could not distinguish them from bugs.
            throw new JournalUnavailableException($"The store does not answer: {exception.Message}");
        }
    }

    /// <summary>
    /// As <see cref="TranslateAsync"/>, for a read. Retries once, because a pooled connection may have died with an earlier server.
    /// </summary>
    public static async Task<T> ReadAsync<T>(Func<Task<T>> statement)
    {
        try
        {
            return await statement();
        }
        catch (Exception exception) when (IsUnavailable(exception))
        {
            return await TranslateAsync(statement);
        }
    }

    private static bool IsUnavailable(Exception exception) =>
        exception is not OperationCanceledException && StoreErrors.Classify(exception) is (StoreError.Outage or StoreError.Retry);
}
