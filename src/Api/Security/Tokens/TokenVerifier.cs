using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Options;
using Platform.Grains.Engine.Registration;

namespace Platform.Api.Security.Tokens;

/// <summary>
/// Verifies access tokens. There is one algorithm and no negotiation (RFC 8725): the header must be exactly ours with a known key id,
/// the signature is checked before any claim is read, and every claim is required.
/// </summary>
[Singleton]
public sealed class TokenVerifier(SigningKeys keys, IOptions<TokenOptions> options, TimeProvider time)
{
    public const int MaxLength = 2048;

    // The maximum clock difference between processes that share the keys.
    private static readonly TimeSpan Skew = TimeSpan.FromSeconds(5);

    private static readonly JsonSerializerOptions Strict = new()
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        AllowDuplicateProperties = false,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        MaxDepth = 2,
    };

    /// <summary>Returns the claims of the token, or null if it is invalid or expired.</summary>
    public async ValueTask<AccessToken?> VerifyAsync(string text)
    {
        if (text.Length > MaxLength || text.Split('.') is not { Length: 3 } parts ||
            Read<Header>(parts[0]) is not { alg: "ES256" } header ||
            header.typ is not (null or "JWT") || await keys.FindAsync(header.kid) is not { } key || !IsSigned(text, parts, key))
        {
            return null;
        }

        return Read<Claims>(parts[1]) is { } claims ? Accept(claims) : null;
    }

    private static bool IsSigned(string text, string[] parts, SigningKey key)
    {
        Span<byte> signature = stackalloc byte[64];
        if (parts[2].Length != 86 ||
            Base64Url.DecodeFromChars(parts[2], signature, out _, out var length) != OperationStatus.Done || length != 64 ||
            Base64Url.EncodeToString(signature) != parts[2])
        {
            return false;
        }

        var signed = Encoding.ASCII.GetBytes(text, 0, parts[0].Length + 1 + parts[1].Length);
        lock (key.Key)
        {
            return key.Key.VerifyData(signed, signature, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        }
    }

    private AccessToken? Accept(Claims claims)
    {
        var now = time.GetUtcNow();
        var settings = options.Value;
        if (claims.iss != settings.Issuer || claims.aud != settings.Audience ||
            claims.exp is < 0 or > 253402300799 || claims.iat < 0 || claims.iat > claims.exp ||
            claims.auth_time < 0 || claims.auth_time > claims.iat)
        {
            return null;
        }

        var expires = DateTimeOffset.FromUnixTimeSeconds(claims.exp);
        var issued = DateTimeOffset.FromUnixTimeSeconds(claims.iat);
        return expires <= now || issued > now + Skew || expires - issued > TokenOptions.Lifetime
            ? null
            : new AccessToken(
                claims.sub, claims.org, claims.sid, claims.jti, issued, expires, claims.acr,
                DateTimeOffset.FromUnixTimeSeconds(claims.auth_time), claims.pe);
    }

    private static T? Read<T>(string part)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize<T>(Base64Url.DecodeFromChars(part), Strict);
        }
        catch (Exception exception) when (exception is JsonException or FormatException)
        {
            return null;
        }
    }

#pragma warning disable IDE1006, SA1300 // Names as in the token.
    private sealed record Header(string alg, string kid, string? typ = null);

    private sealed record Claims(
        Guid sub, Guid org, Guid sid, Guid jti, long iat, long exp, string iss, string aud, string acr, long auth_time, long pe);
#pragma warning restore IDE1006, SA1300
}
