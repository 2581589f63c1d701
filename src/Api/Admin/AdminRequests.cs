using Platform.Api.Http;
using Platform.Organisations;

namespace Platform.Api.Admin;

/// <summary>Suspends an organisation. Its users see the reason.</summary>
public sealed record SuspendOrganisationRequest(string Reason) : IValidated
{
    public void Validate(Validation check) => check.Require(OrganisationInputRules.IsReason(Reason), OrganisationErrors.InvalidReason);
}
