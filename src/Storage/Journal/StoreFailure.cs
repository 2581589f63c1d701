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
            // The driver's exceptions do not cross a grain: a caller could not tell them from bugs.
            throw new JournalUnavailableException($"The store does not answer: {exception.Message}");
        }
    }

    private static bool IsUnavailable(Exception exception) =>
        exception is not OperationCanceledException && StoreErrors.Classify(exception) is (StoreError.Outage or StoreError.Retry);
}
