using System.Text.Json.Serialization;

namespace Platform;

/// <summary>
/// The organisation and actor of a command, and the id of its operation. Origin says where the request came from; it is null if there
/// is no request, or if the command is not audited.
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
