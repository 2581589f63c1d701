using Platform.Grains.Engine.Journal;

namespace Platform.Storage.Engine.Journal;

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
            // The driver's exceptions do not cross a grain: a caller could not tell them from bugs.
            throw new JournalUnavailableException($"The store does not answer: {exception.Message}");
        }
    }

    /// <summary>As <see cref="TranslateAsync"/>, for a read: a pooled connection may have died with an earlier server, so it is tried twice.</summary>
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
