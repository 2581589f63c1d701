using Platform.Organisations;

namespace Platform.Api.Security.Access;

/// <summary>What decides on access besides the user: the organisation, its roles and its dealer tree. Immutable.</summary>
public sealed record OrganisationRules(OrganisationView Organisation, AccessBook Book);
