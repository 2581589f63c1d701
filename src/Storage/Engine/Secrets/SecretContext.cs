namespace Platform.Storage.Engine.Secrets;

/// <summary>
/// Whose secret it is and what for. Bound into the sealed bytes: under any other organisation, entity or purpose they do not open.
/// </summary>
public readonly record struct SecretContext(Guid OrganisationId, Guid EntityId, string Purpose);
