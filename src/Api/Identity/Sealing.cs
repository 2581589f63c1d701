using System.Buffers.Text;
using System.Text.Json;
using Platform.Grains.Engine.Registration;
using Platform.Storage.Engine.Secrets;

namespace Platform.Api.Identity;

/// <summary>
/// Encrypts values that a client carries between two requests and cannot read or change, and that every process of the platform can
/// decrypt. Each value is bound to a purpose. Values last minutes: a key rotation may invalidate them.
/// </summary>
[Singleton]
public sealed class Sealing(SecretBox box)
{
    private const int MaxLength = 3500; // Fits a cookie.

    public string Seal<T>(string purpose, T value) =>
        Base64Url.EncodeToString(box.Seal(Context(purpose), JsonSerializer.SerializeToUtf8Bytes(value)));

    /// <summary>Decrypts a value; returns null if the text was not encrypted here for this purpose.</summary>
    public T? Open<T>(string purpose, string? text)
        where T : class
    {
        if (text is null or { Length: > MaxLength } || !Base64Url.IsValid(text))
        {
            return null;
        }

        try
        {
            return JsonSerializer.Deserialize<T>(box.Open(Context(purpose), Base64Url.DecodeFromChars(text)));
        }
        catch (SecretException)
        {
            return null;
        }
    }

    private static SecretContext Context(string purpose) => new(Caller.Platform, Caller.Platform, purpose);
}
