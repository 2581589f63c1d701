namespace Platform.Api.Organisations;

/// <summary>Examples of requests and answers, for the API document.</summary>
[Examples]
public static class OrganisationExamples
{
    public static readonly object[] All =
    [
        new UpdateOrganisationRequest("Example AG", "Europe/Zurich", "de-CH", false, false),
        new HandOverRequest(Sample.UserId),
    ];
}
