using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Platform.Grains.Ledger;

/// <summary>The public key of a P-256 key pair that signs checkpoints. Coordinates are encoded as in a JSON Web Key (RFC 7517).</summary>
public sealed record CheckpointKey(string Kid, string X, string Y)
{
    /// <summary>Returns the public key of a key pair. Its id is derived from the key.</summary>
    public static CheckpointKey Of(ECDsa key)
    {
        var point = key.ExportParameters(includePrivateParameters: false).Q;
        return new CheckpointKey(
            Base64Url.EncodeToString(SHA256.HashData(key.ExportSubjectPublicKeyInfo()).AsSpan(0, 16)), Base64Url.EncodeToString(point.X),
            Base64Url.EncodeToString(point.Y));
    }

    /// <exception cref="FormatException">The JSON is not a P-256 public key.</exception>
    public static CheckpointKey Read(JsonElement jwk)
    {
        try
        {
            if (jwk.GetProperty("kty").GetString() != "EC" || jwk.GetProperty("crv").GetString() != "P-256")
            {
                throw new FormatException("A checkpoint key must be an EC key on P-256.");
            }

            var key = new CheckpointKey(
                jwk.GetProperty("kid").GetString()!, jwk.GetProperty("x").GetString()!, jwk.GetProperty("y").GetString()!);
            using var opened = key.Open();
            return key;
        }
        catch (Exception exception) when (
            exception is JsonException or KeyNotFoundException or InvalidOperationException or CryptographicException or ArgumentException)
        {
            throw new FormatException("The JSON is not a valid JSON Web Key.", exception);
        }
    }

    public void Write(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("kty"u8, "EC");
        writer.WriteString("crv"u8, "P-256");
        writer.WriteString("use"u8, "sig");
        writer.WriteString("alg"u8, "ES256");
        writer.WriteString("kid"u8, Kid);
        writer.WriteString("x"u8, X);
        writer.WriteString("y"u8, Y);
        writer.WriteEndObject();
    }

    /// <summary>Signs a checkpoint as a compact JSON Web Signature (RFC 7515) with ES256.</summary>
    public static string Sign(Checkpoint checkpoint, ECDsa key)
    {
        var head = Base64Url.EncodeToString(
            Encoding.UTF8.GetBytes($$"""{"alg":"ES256","kid":"{{Of(key).Kid}}","typ":"ledger-checkpoint"}"""));
        var signed = $"{head}.{Base64Url.EncodeToString(checkpoint.Write())}";
        var signature = key.SignData(
            Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        return $"{signed}.{Base64Url.EncodeToString(signature)}";
    }

    /// <summary>Parses a signed document into the checkpoint and the key id it names. Does not verify the signature.</summary>
    /// <exception cref="FormatException">The document is not a signed checkpoint.</exception>
    public static (Checkpoint Checkpoint, string Kid) Open(string document)
    {
        try
        {
            if (document.Split('.') is not [var head, var payload, _] || JsonElement.Parse(Base64Url.DecodeFromChars(head)) is var json &&
                json.GetProperty("alg").GetString() != "ES256")
            {
                throw new FormatException("The document is not a checkpoint signed with ES256.");
            }

            return (Checkpoint.Read(Base64Url.DecodeFromChars(payload)), json.GetProperty("kid").GetString() ?? "");
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new FormatException("The document is not a signed checkpoint.", exception);
        }
    }

    /// <summary>Whether the document's signature is valid for this key.</summary>
    public bool Verifies(string document)
    {
        var end = document.LastIndexOf('.');
        if (end < 0 || !Base64Url.IsValid(document.AsSpan(end + 1)))
        {
            return false;
        }

        using var key = Open();
        return key.VerifyData(
            Encoding.ASCII.GetBytes(document[..end]), Base64Url.DecodeFromChars(document.AsSpan(end + 1)), HashAlgorithmName.SHA256,
            DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
    }

    private ECDsa Open() => ECDsa.Create(new ECParameters
    {
        Curve = ECCurve.NamedCurves.nistP256,
        Q = new ECPoint { X = Base64Url.DecodeFromChars(X), Y = Base64Url.DecodeFromChars(Y) },
    });
}
