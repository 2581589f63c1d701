using System.Text.Json.Serialization;
using Platform.Api.Http;
using Platform.Api.Identity.Sessions;

namespace Platform.Api.Identity.Mfa;

/// <summary>Completes a sign-in that needs a second factor, with a code of the authenticator app or a recovery code.</summary>
public sealed record LoginMfaRequest(string MfaToken, string Code) : IValidated
{
    public void Validate(Validation check)
    {
        // A malformed code gets the same error as a wrong one.
    }
}

public sealed record ConfirmTotpRequest(string Code) : IValidated
{
    public void Validate(Validation check)
    {
        // The entity checks the code.
    }
}

/// <summary>
/// A user with a second factor must give a code, and may give the password too. A user without one must give the password.
/// </summary>
public sealed record StepUpRequest(string? Password = null, string? Code = null) : IValidated
{
    public void Validate(Validation check)
    {
        // Which fields are required depends on the user.
    }
}

/// <summary>Either tokens, or the token with which to give the second factor.</summary>
public sealed record SignInResponse(
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] Tokens? Tokens = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] bool? MfaRequired = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? MfaToken = null);

/// <summary>A new access token of the same session. The refresh token does not change.</summary>
public sealed record StepUpResponse(string AccessToken, int ExpiresIn, string TokenType);

/// <summary>The secret in base 32, and as a URI for the QR code of an authenticator app. Shown once.</summary>
public sealed record TotpResponse(string Secret, string OtpauthUri);

/// <summary>The recovery codes. They are shown once, and each works once.</summary>
public sealed record RecoveryCodesResponse(IReadOnlyList<string> RecoveryCodes);

public sealed record MfaResponse(bool Enabled, int RecoveryCodesLeft);
