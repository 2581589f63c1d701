using Platform.Grains.Access;
using Platform.Grains.Dealers;
using Platform.Organisations;

namespace Platform.Api.Access;

/// <summary>What decides on access besides the user: the organisation, its roles and its dealer tree. Immutable.</summary>
public sealed record OrganisationRules(OrganisationView Organisation, RoleBook Roles, DealerTree Dealers);
