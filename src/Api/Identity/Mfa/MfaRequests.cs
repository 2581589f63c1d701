using System.Text.Json.Serialization;
using Platform.Api.Http;
using Platform.Api.Identity.Sessions;
using Platform.Api.Security;

namespace Platform.Api.Identity.Mfa;

/// <summary>What ends a sign-in that needs a second factor: a code of the authenticator app, or a recovery code.</summary>
public sealed record LoginMfaRequest(string MfaToken, string Code) : IValidated
{
    public void Validate(Validation check)
    {
        // What has the wrong form is refused as what is wrong.
    }
}

public sealed record ConfirmTotpRequest(string Code) : IValidated
{
    public void Validate(Validation check)
    {
        // The entity knows which codes are good.
    }
}

/// <summary>Who has a second factor gives a code of it, and the password too if they like; who has none gives the password.</summary>
public sealed record StepUpRequest(string? Password = null, string? Code = null) : IValidated
{
    public void Validate(Validation check)
    {
        // What is needed depends on the user.
    }
}

/// <summary>Tokens, or that a second factor is needed and the token to give it with.</summary>
public sealed record SignInResponse(
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] Tokens? Tokens = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] bool? MfaRequired = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? MfaToken = null);

/// <summary>A stronger or fresher access token of the same session. The refresh token stays as it is.</summary>
public sealed record StepUpResponse(string AccessToken, int ExpiresIn, string TokenType);

/// <summary>The secret in base 32, and as what a QR code for authenticator apps holds. Shown once.</summary>
public sealed record TotpResponse(string Secret, string OtpauthUri);

/// <summary>Shown once; each is good once.</summary>
public sealed record RecoveryCodesResponse(IReadOnlyList<string> RecoveryCodes);

public sealed record MfaResponse(bool Enabled, int RecoveryCodesLeft);
