namespace Platform.Storage.Engine.Secrets;

/// <summary>
/// Whose secret it is and its purpose. Sealed bytes are bound to it: they cannot be opened with any other context.
/// </summary>
public readonly record struct SecretContext(Guid OrganisationId, Guid EntityId, string Purpose);
