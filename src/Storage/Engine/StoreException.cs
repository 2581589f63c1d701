using Npgsql;

namespace Platform.Storage.Engine;

/// <summary>The store could not be reached or refused a statement. The message is the driver's, for whoever runs the platform.</summary>
public sealed class StoreException : Exception
{
    public StoreException()
    {
    }

    public StoreException(string message)
        : base(message)
    {
    }

    public StoreException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Does some work. If the driver fails in it, this exception is thrown instead of its own, which only Storage knows.</summary>
    /// <exception cref="StoreException">The store could not be reached or refused a statement.</exception>
    public static async Task<T> TranslateAsync<T>(Func<Task<T>> work)
    {
        try
        {
            return await work();
        }
        catch (NpgsqlException exception)
        {
            throw new StoreException(exception.Message, exception);
        }
    }
}
