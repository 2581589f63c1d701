namespace Platform.Audit;

/// <summary>Examples of the views of this domain for the OpenAPI document.</summary>
[Examples]
public static class AuditSamples
{
    public static readonly AuditItem AuditItem = new(
        Sample.TransactionId, Sample.At, Sample.UserId, ActorKind.User, "organisation.updated", AuditOutcome.Accepted, null, "organisation",
        Sample.OrganisationId, "203.0.113.7", "Mozilla/5.0", "4bf92f3577b34da6a3ce929d0e0e4736",
        new Dictionary<string, string> { ["name"] = "Example AG", ["name.was"] = "Example GmbH" });
}
