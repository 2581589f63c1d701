using Platform.Organisations;

namespace Platform.Api.Security.Access;

/// <summary>The parts of an access decision that all users share: the organisation, its roles and its dealer tree. Immutable.</summary>
public sealed record OrganisationRules(OrganisationView Organisation, AccessBook Book);
