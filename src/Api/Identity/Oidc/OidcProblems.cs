using Platform.Api.Http;

namespace Platform.Api.Identity.Oidc;

/// <summary>The problems of a sign-in at a provider. They never contain text from the provider.</summary>
public static class OidcProblems
{
    public static readonly Problem UnknownProvider = new(404, "not-found", "There is no such provider.");

    public static readonly Problem InvalidReturnUrl = new(
        400, "invalid-return-url", "This return address is not allowed for the provider.");

    public static readonly Problem InvalidState = new(
        400, "invalid-state", "This sign-in was not started in this browser, has expired, or is already completed. Start again.");

    public static readonly Problem Cancelled = new(401, "sign-on-cancelled", "The sign-in was cancelled at the provider.");

    public static readonly Problem Refused = new(401, "sign-on-refused", "The provider refused the sign-in.");

    public static readonly Problem InvalidIssuer = new(
        401, "invalid-issuer", "The response comes from a different provider than the one that was asked.");

    public static readonly Problem InvalidIdToken = new(401, "invalid-id-token", "The ID token of the provider is not valid.");

    public static readonly Problem InvalidTicket = new(401, "invalid-ticket", "The ticket is invalid, used or expired. Sign in again.");

    public static readonly Problem Unavailable =
        new(503, "provider-unavailable", "The provider is unavailable; retry shortly.") { RetryAfter = 5 };
}
