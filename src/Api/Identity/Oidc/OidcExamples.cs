namespace Platform.Api.Identity.Oidc;

/// <summary>Examples of requests and responses for the API document.</summary>
[Examples]
public static class OidcExamples
{
    public static readonly object[] All =
    [
        new TicketRequest("hV3k0n1x9Jw..."),
        new LinkResponse("https://accounts.google.com/o/oauth2/v2/auth?response_type=code&..."),
    ];
}
