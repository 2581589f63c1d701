using Platform.Api.Identity.Sessions;

namespace Platform.Api.Identity.Mfa;

/// <summary>Examples of requests and responses for the API document.</summary>
[Examples]
public static class MfaExamples
{
    private static readonly Tokens Tokens = new(
        "eyJhbGciOiJFUzI1NiIsImtpZCI6Ii4uLiIsInR5cCI6IkpXVCJ9...", 900, "prt_AZMvOnwAcAC...", Sample.At.AddDays(7), "Bearer");

    public static readonly object[] All =
    [
        new SignInResponse(Tokens),
        new LoginMfaRequest("pmf_AZMvOnwAcAC...", "492039"),
        new TotpResponse(
            "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP",
            "otpauth://totp/platform:ada%40example.com?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP" +
            "&issuer=platform&algorithm=SHA1&digits=6&period=30"),
        new ConfirmTotpRequest("492039"),
        new RecoveryCodesResponse(["MFRGG-ZDFMZ-TWQ2L-KMFRG-GZDFM-Y"]),
        new MfaResponse(true, 10),
        new StepUpRequest("correct horse battery", "492039"),
        new StepUpResponse("eyJhbGciOiJFUzI1NiIsImtpZCI6Ii4uLiIsInR5cCI6IkpXVCJ9...", 900, "Bearer"),
    ];
}
