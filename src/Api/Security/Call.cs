using System.Reflection;
using Microsoft.AspNetCore.Http.Metadata;
using Platform.Api.Http;
using Platform.Api.Security.Access;

namespace Platform.Api.Security;

/// <summary>
/// The request of a signed-in caller, as an endpoint sees it: the caller, the entities of their organisation, and the operation id.
/// Binding it sets the organisation for all grain calls that follow.
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

    /// <summary>The caller's access, from the view that admitted this request.</summary>
    public AccessView Access => AccessView.Of(Http);

    /// <summary>The key of an entity of the caller's organisation.</summary>
    public EntityKey Key(Guid id) => new(OrganisationId, id);

    public DateTimeOffset Now => _time.GetUtcNow();

    /// <summary>Cancelled when the client disconnects.</summary>
    public CancellationToken Aborted => Http.RequestAborted;

    public Origin Origin => RequestOrigin.Of(Http);

    /// <summary>Not async: a request context that an async method sets does not flow back to its caller.</summary>
    public static ValueTask<Call?> BindAsync(HttpContext context, ParameterInfo parameter)
    {
        var caller = (SignedIn)context.User;
        Platform.Caller.Set(caller.OrganisationId);
        var services = context.RequestServices;
        return new(new Call(context, caller, services.GetRequiredService<EntityGrains>(), services.GetRequiredService<TimeProvider>()));
    }

    public static void PopulateMetadata(ParameterInfo parameter, EndpointBuilder builder) => builder.Metadata.Add(new TakesCallMark());

    /// <summary>
    /// The entity with this id in the caller's organisation. An id of another organisation finds nothing.
    /// </summary>
    public TGrain Grain<TGrain>(Guid id)
        where TGrain : IGrainWithStringKey => _grains.Of<TGrain>(Key(id));

    /// <summary>For entities with other keys, such as an organisation's single catalogue.</summary>
    public TGrain Grain<TGrain>(EntityKey key)
        where TGrain : IGrainWithStringKey => _grains.Of<TGrain>(key);

    /// <summary>
    /// The operation of this request (<see cref="Operation.Of"/>). If the route moves money, the request must have an Idempotency-Key.
    /// </summary>
    public Operation Operation(string scope, Guid resource = default) =>
        Security.Operation.Of(IdempotencyKey.Of(Http, required: MovesMoney), OrganisationId, scope, resource, Now);

    /// <summary>The command context of this request's operation.</summary>
    public CommandContext Context(string scope, Guid resource = default) => Context(Operation(scope, resource));

    /// <summary>
    /// The command context of this operation. Money routes carry the request's origin only if audited: the ledger already names the actor,
    /// and the hot path must not pay for data that only the audit log reads.
    /// </summary>
    public CommandContext Context(Operation operation) => new(
        OrganisationId, UserId, operation.Id, MovesMoney && Metadata.GetMetadata<AuditedMark>() is null ? null : Origin);

    /// <summary>
    /// The context of a command whose answer is shown once and not stored, so it cannot be replayed. An Idempotency-Key is validated but
    /// not used.
    /// </summary>
    public CommandContext FreshContext()
    {
        CheckKey();
        return new CommandContext(OrganisationId, UserId, OperationId.Fresh(_time), Origin);
    }

    /// <summary>For a request without an operation: still refuses an invalid Idempotency-Key.</summary>
    public void CheckKey() => IdempotencyKey.Check(Http);

    /// <summary>Parses the query; <paramref name="known"/> lists the route's parameters (<see cref="Http.Query"/>).</summary>
    public Query Query(params ReadOnlySpan<string> known) => new(Http, known);

    /// <summary>The parameters of a list: <c>limit</c>, <c>cursor</c> and these.</summary>
    public Query PagedQuery(params ReadOnlySpan<string> known) => new(Http, [.. known, "limit", "cursor"]);

    /// <summary>The version in If-Match; null if any version is accepted.</summary>
    public long? IfMatch() => Etags.IfMatch(Http);

    private EndpointMetadataCollection Metadata => Http.GetEndpoint()!.Metadata;

    private bool MovesMoney => _movesMoney ??= Metadata.GetMetadata<MovesMoneyMark>() is not null;
}

/// <summary>Marks a route whose handler takes a <see cref="Call"/> and therefore requires a signed-in caller.</summary>
public sealed record TakesCallMark;
