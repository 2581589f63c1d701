using System.Text;

namespace Platform.Identity;

/// <summary>An e-mail address as a login name: trimmed, NFC, compared without regard to case.</summary>
public static class LoginName
{
    private const int MaxLength = 254;

    /// <summary>The normalised address; false where the text has not the shape of one (RFC 5321 lengths, one @, a dotted domain).</summary>
    public static bool TryNormalise(string? email, out string normalised)
    {
        normalised = (email ?? "").Trim().Normalize(NormalizationForm.FormC).ToLowerInvariant();
        var at = normalised.IndexOf('@', StringComparison.Ordinal);
        return normalised.Length <= MaxLength && at is > 0 and <= 64 && at == normalised.LastIndexOf('@') &&
            normalised.Length - at > 3 && normalised.IndexOf('.', at) > at + 1 && !normalised.EndsWith('.') &&
            !normalised.Any(c => char.IsWhiteSpace(c) || char.IsControl(c) || c is '<' or '>' or '"' or ',');
    }

    /// <summary>The grain key of a normalised address.</summary>
    public static EntityKey KeyOf(string normalised) =>
        new(Caller.Platform, OperationId.FromKey("login-name", normalised).Value);
}
