using Platform.Api.Http;
using Platform.Api.Security.Tokens;

namespace Platform.Api.Identity.Sessions;

/// <summary>Publishes the public signing keys (RFC 7517), to verify the platform's tokens.</summary>
public static class JwksEndpoints
{
    public static void MapJwks(this IEndpointRouteBuilder app) =>
        app.MapGet("/.well-known/jwks.json", Keys).WithTags("Auth").Describe("Returns the public keys that verify access tokens.")
            .Answers<KeySet>(200).AllowAnonymous();

    private static IResult Keys(SigningKeys keys) =>
        Reply.Ok(new KeySet([.. keys.All.Select(key => new PublicKey("EC", "P-256", "sig", "ES256", key.Kid, key.X, key.Y))]));

    private sealed record KeySet(IReadOnlyList<PublicKey> Keys);

    private sealed record PublicKey(string Kty, string Crv, string Use, string Alg, string Kid, string X, string Y);
}
