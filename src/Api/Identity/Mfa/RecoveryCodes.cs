using System.Security.Cryptography;
using Platform.Grains.Identity;
using Platform.Identity;

namespace Platform.Api.Identity.Mfa;

/// <summary>Recovery codes: 128 random bits each, in base 32 so that people can write them down. Only their SHA-256 is stored.</summary>
public static class RecoveryCodes
{
    private const int Length = 16;
    private const int Group = 5;

    /// <summary>Returns a new set, to be shown once.</summary>
    public static IReadOnlyList<string> NewSet() =>
        [.. Enumerable.Range(0, MfaDecisions.RecoveryCodes).Select(_ => Format(RandomNumberGenerator.GetBytes(Length)))];

    public static IReadOnlyList<Digest> HashesOf(IReadOnlyList<string> codes) => [.. codes.Select(code => HashOf(code)!.Value)];

    /// <summary>Returns the hash of a typed code, whatever its grouping and case; null if it is not a recovery code.</summary>
    public static Digest? HashOf(string typed)
    {
        Span<byte> bytes = stackalloc byte[Length];
        var text = string.Concat(typed.Where(letter => letter is not ('-' or ' ')));
        return Base32.TryDecode(text, bytes) ? Digest.Of(bytes) : null;
    }

    private static string Format(byte[] bytes) =>
        string.Join('-', Base32.Encode(bytes).Chunk(Group).Select(group => new string(group)));
}
