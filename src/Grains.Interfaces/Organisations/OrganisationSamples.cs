namespace Platform.Organisations;

/// <summary>Examples of the views of this domain, for the API document.</summary>
[Examples]
public static class OrganisationSamples
{
    public static readonly OrganisationView Organisation = new(
        Sample.OrganisationId, "Example GmbH", OrganisationKind.Enterprise, "USD", "Europe/Berlin", "en-US",
        OrganisationStatus.Active, Sample.At, 1, OwnerId: Sample.UserId);
}
