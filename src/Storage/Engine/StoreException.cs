using Npgsql;

namespace Platform.Storage.Engine;

/// <summary>The store could not be reached or refused a statement. The message is the driver's, for the operator.</summary>
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

    /// <summary>Runs the work and translates exceptions of the driver, which other projects do not know.</summary>
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
