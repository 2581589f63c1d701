namespace Platform.Storage.Engine.Secrets;

/// <summary>A secret cannot be sealed or opened; the message says why and never what it holds.</summary>
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
