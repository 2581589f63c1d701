using System.Reflection;
using Microsoft.AspNetCore.Http.Metadata;
using Platform.Api.Http;
using Platform.Api.Security.Access;

namespace Platform.Api.Security;

/// <summary>
/// The request of somebody signed in, as an endpoint sees it: who calls, the entities of their organisation, and the operation that the
/// request is. Binding it makes their organisation the caller of every grain call that follows.
/// </summary>
public sealed class Call : IBindableFromHttpContext<Call>, IEndpointParameterMetadataProvider
{
    private readonly EntityGrains _grains;
    private readonly TimeProvider _time;
    private bool? _movesMoney;

    private Call(HttpContext http, SignedIn caller, EntityGrains grains, TimeProvider time) =>
        (Http, Caller, _grains, _time) = (http, caller, grains, time);

    public HttpContext Http { get; }

    public SignedIn Caller { get; }

    public Guid OrganisationId => Caller.OrganisationId;

    /// <summary>The actor: the user, or the service account.</summary>
    public Guid UserId => Caller.UserId;

    /// <summary>What the caller may do, as the view that admitted this request knows it.</summary>
    public AccessView Access => AccessView.Of(Http);

    /// <summary>The key of an entity of the caller's organisation.</summary>
    public EntityKey Key(Guid id) => new(OrganisationId, id);

    public DateTimeOffset Now => _time.GetUtcNow();

    /// <summary>Is cancelled when the client goes away.</summary>
    public CancellationToken Aborted => Http.RequestAborted;

    public Origin Origin => RequestOrigin.Of(Http);

    /// <summary>Not async: what an async method sets for grain calls does not come back to its caller.</summary>
    public static ValueTask<Call?> BindAsync(HttpContext context, ParameterInfo parameter)
    {
        var caller = (SignedIn)context.User;
        Platform.Caller.Set(caller.OrganisationId);
        var services = context.RequestServices;
        return new(new Call(context, caller, services.GetRequiredService<EntityGrains>(), services.GetRequiredService<TimeProvider>()));
    }

    public static void PopulateMetadata(ParameterInfo parameter, EndpointBuilder builder) => builder.Metadata.Add(new TakesCallMark());

    /// <summary>
    /// The entity of the caller's organisation with this id. An id of another organisation names one that does not exist.
    /// </summary>
    public TGrain Grain<TGrain>(Guid id)
        where TGrain : IGrainWithStringKey => _grains.Of<TGrain>(Key(id));

    /// <summary>For keys that are not the caller's organisation and an id, such as that of the one catalogue of an organisation.</summary>
    public TGrain Grain<TGrain>(EntityKey key)
        where TGrain : IGrainWithStringKey => _grains.Of<TGrain>(key);

    /// <summary>
    /// The operation that this request is (<see cref="Operation.Of"/>). If the route moves money, the request must have a key.
    /// </summary>
    public Operation Operation(string scope, Guid resource = default) =>
        Security.Operation.Of(IdempotencyKey.Of(Http, required: MovesMoney), OrganisationId, scope, resource, Now);

    /// <summary>The operation as the context of a command.</summary>
    public CommandContext Context(string scope, Guid resource = default) => Context(Operation(scope, resource));

    /// <summary>
    /// The context of a command of this operation. On a route that moves money it says nothing of the request unless the route is audited:
    /// the ledger names the actor, and nobody pays for what only the audit log reads.
    /// </summary>
    public CommandContext Context(Operation operation) => new(
        OrganisationId, UserId, operation.Id, MovesMoney && Metadata.GetMetadata<AuditedMark>() is null ? null : Origin);

    /// <summary>
    /// The context of a command whose answer is shown once and stored nowhere, so that it cannot be repeated. A key is checked, not used.
    /// </summary>
    public CommandContext FreshContext()
    {
        CheckKey();
        return new CommandContext(OrganisationId, UserId, OperationId.Fresh(_time), Origin);
    }

    /// <summary>For a request that is no operation: a key that is invalid is refused all the same.</summary>
    public void CheckKey() => IdempotencyKey.Check(Http);

    /// <summary>The parameters of the query; known are those of the route (<see cref="Http.Query"/>).</summary>
    public Query Query(params ReadOnlySpan<string> known) => new(Http, known);

    /// <summary>The parameters of a list: <c>limit</c>, <c>cursor</c> and these.</summary>
    public Query PagedQuery(params ReadOnlySpan<string> known) => new(Http, [.. known, "limit", "cursor"]);

    /// <summary>The version that the caller saw; null if any will do.</summary>
    public long? IfMatch() => Etags.IfMatch(Http);

    private EndpointMetadataCollection Metadata => Http.GetEndpoint()!.Metadata;

    private bool MovesMoney => _movesMoney ??= Metadata.GetMetadata<MovesMoneyMark>() is not null;
}

/// <summary>A route whose handler takes a <see cref="Call"/>: it admits nobody who is not signed in.</summary>
public sealed record TakesCallMark;
