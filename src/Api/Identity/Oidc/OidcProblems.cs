using Platform.Api.Http;

namespace Platform.Api.Identity.Oidc;

/// <summary>How a sign-in at a provider can fail. What the provider itself wrote is never told.</summary>
public static class OidcProblems
{
    public static readonly Problem UnknownProvider = new(404, "not-found", "There is no such provider.");

    public static readonly Problem InvalidReturnUrl = new(400, "invalid-return-url", "The return address is not one of those that are allowed for this provider.");

    public static readonly Problem InvalidState = new(
        400, "invalid-state", "This sign-in was not begun in this browser, took too long, or is over already. Begin again.");

    public static readonly Problem Cancelled = new(401, "sign-on-cancelled", "The sign-in was cancelled at the provider.");

    public static readonly Problem Refused = new(401, "sign-on-refused", "The provider refused the sign-in.");

    public static readonly Problem InvalidIssuer = new(401, "invalid-issuer", "The answer is of another provider than the one that was asked.");

    public static readonly Problem InvalidIdToken = new(401, "invalid-id-token", "The provider's statement of who signed in is not valid.");

    public static readonly Problem InvalidTicket = new(401, "invalid-ticket", "The ticket is not valid, was used, or is too old. Sign in again.");

    public static readonly Problem Unavailable = new(503, "provider-unavailable", "The provider cannot be asked now; try again shortly.") { RetryAfter = 5 };
}
