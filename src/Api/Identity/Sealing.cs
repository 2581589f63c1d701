using System.Buffers.Text;
using System.Text.Json;
using Platform.Grains.Engine.Registration;
using Platform.Storage.Engine.Secrets;

namespace Platform.Api.Identity;

/// <summary>
/// Values that a client carries between two requests without reading or changing them, and that every process of the platform
/// can open. Each is sealed for a purpose and opens for no other. They live for minutes: a rotation of keys may end them.
/// </summary>
[Singleton]
public sealed class Sealing(SecretBox box)
{
    private const int MaxLength = 3500; // Fits a cookie.

    public string Seal<T>(string purpose, T value) =>
        Base64Url.EncodeToString(box.Seal(Context(purpose), JsonSerializer.SerializeToUtf8Bytes(value)));

    /// <summary>The value; null where the text was not sealed here for this purpose.</summary>
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
