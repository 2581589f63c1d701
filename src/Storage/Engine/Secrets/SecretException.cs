namespace Platform.Storage.Engine.Secrets;

/// <summary>A secret cannot be sealed or opened. The message says why and never contains the secret.</summary>
public sealed class SecretException : Exception
{
    public SecretException()
    {
    }

    public SecretException(string message)
        : base(message)
    {
    }

    public SecretException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
