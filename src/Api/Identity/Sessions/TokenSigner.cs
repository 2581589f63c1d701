using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Options;
using Platform.Api.Security;
using Platform.Api.Security.Tokens;
using Platform.Grains.Engine.Registration;

namespace Platform.Api.Identity.Sessions;

/// <summary>Issues access tokens: JSON Web Tokens signed with ES256.</summary>
[Singleton]
public sealed class TokenSigner(SigningKeys keys, IOptions<TokenOptions> options, TimeProvider time)
{
    /// <summary>Issues a token of a session, with the given assurance. It expires with the session at the latest.</summary>
    public (string Text, TimeSpan Lifetime) Issue(
        EntityKey user, Guid sessionId, string acr, DateTimeOffset authTime, DateTimeOffset sessionExpiresAt, long epoch)
    {
        var now = Seconds(time.GetUtcNow());
        var lifetime = sessionExpiresAt - now < TokenOptions.Lifetime ? Seconds(sessionExpiresAt) - now : TokenOptions.Lifetime;
        var token = new AccessToken(
            user.Id, user.OrganisationId, sessionId, Guid.CreateVersion7(now), now, now + lifetime, acr,
            Seconds(authTime < now ? authTime : now), epoch);
        return (Sign(token), lifetime);
    }

    public string Sign(AccessToken token)
    {
        var key = keys.Current;
        var head = Base64Url.EncodeToString(Encoding.UTF8.GetBytes($$"""{"alg":"ES256","kid":"{{key.Kid}}","typ":"JWT"}"""));
        var signed = $"{head}.{Base64Url.EncodeToString(Payload(token))}";
        byte[] signature;
        lock (key.Key)
        {
            signature = key.Key.SignData(
                Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        }

        return $"{signed}.{Base64Url.EncodeToString(signature)}";
    }

    private static DateTimeOffset Seconds(DateTimeOffset at) => DateTimeOffset.FromUnixTimeSeconds(at.ToUnixTimeSeconds());

    private ReadOnlySpan<byte> Payload(AccessToken token)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using var writer = new Utf8JsonWriter(buffer);
        writer.WriteStartObject();
        writer.WriteString("sub", token.UserId);
        writer.WriteString("org", token.OrganisationId);
        writer.WriteString("sid", token.SessionId);
        writer.WriteString("jti", token.TokenId);
        writer.WriteNumber("iat", token.IssuedAt.ToUnixTimeSeconds());
        writer.WriteNumber("exp", token.ExpiresAt.ToUnixTimeSeconds());
        writer.WriteString("iss", options.Value.Issuer);
        writer.WriteString("aud", options.Value.Audience);
        writer.WriteString("acr", token.Acr);
        writer.WriteNumber("auth_time", token.AuthTime.ToUnixTimeSeconds());
        writer.WriteNumber("pe", token.PermissionEpoch);
        writer.WriteEndObject();
        writer.Flush();
        return buffer.WrittenSpan;
    }
}
