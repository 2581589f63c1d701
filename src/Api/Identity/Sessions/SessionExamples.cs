using Platform.Access;
using Platform.Identity;
using Platform.Organisations;
using Platform.Wallets;

namespace Platform.Api.Identity.Sessions;

/// <summary>Examples of requests and responses for the API document.</summary>
[Examples]
public static class SessionExamples
{
    private static readonly Tokens Tokens = new(
        "eyJhbGciOiJFUzI1NiIsImtpZCI6Ii4uLiIsInR5cCI6IkpXVCJ9...", 900, "prt_AZMvOnwAcAC...", Sample.At.AddDays(7), "Bearer");

    public static readonly object[] All =
    [
        new RegisterRequest(
            "ada@example.com", "correct horse battery", "Ada Example", AccountType.Enterprise, "Example GmbH", "USD", "Europe/Berlin",
            "en-US"),
        new LoginRequest("correct horse battery", "ada@example.com"),
        new RegisterResponse(IdentitySamples.User, OrganisationSamples.Organisation, WalletSamples.Wallet, Tokens),
        new ConcealedResponse(),
        new LoginResponse(Tokens),
        new RefreshRequest("prt_AZMvOnwAcAC..."),
        new ChangePasswordRequest("correct horse battery", "a better one for today"),
        new ForgotPasswordRequest("ada@example.com"),
        new ResetPasswordRequest("pmt_AZMvOnwAcAC...", "a better one for today"),
        new AcceptInvitationRequest("pmt_AZMvOnwAcAC...", "correct horse battery", "Ben Example"),
        new VerifyEmailRequest("pmt_AZMvOnwAcAC..."),
        new FreeEmailRequest("pmt_AZMvOnwAcAC..."),
        new ChangeEmailRequest("ada@example.org", "correct horse battery"),
        new MeResponse(
            IdentitySamples.User, OrganisationSamples.Organisation, ["enterprise"], BuiltInRoles.Of(UserTier.Enterprise).Permissions),
    ];
}
