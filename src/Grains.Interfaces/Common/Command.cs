using System.Text.Json.Serialization;

namespace Platform;

/// <summary>
/// Who asks for what, once: the organisation and actor of the caller and the id of the operation. Origin says from where;
/// null where no request stands behind it or nobody audits it.
/// </summary>
[GenerateSerializer, Immutable, Alias("platform.command-context")]
public readonly record struct CommandContext(
    [property: Id(0)] Guid OrganisationId,
    [property: Id(1)] Guid ActorId,
    [property: Id(2)] OperationId Operation,
    [property: Id(3)] Origin? Origin = null)
{
    /// <summary>The context of a further step of the same operation at another entity.</summary>
    public CommandContext Step(string name) => this with { Operation = Operation.Step(name) };
}

/// <summary>A request to change one entity. Two commands with equal content and operation are the same command.</summary>
[GenerateSerializer, Immutable, Alias("platform.command")]
public abstract record Command([property: Id(0), JsonIgnore] CommandContext Context);
