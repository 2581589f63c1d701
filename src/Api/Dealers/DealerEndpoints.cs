using Platform.Api.Http;
using Platform.Api.Security;
using Platform.Api.Security.Access;
using Platform.Dealers;
using Platform.Grains.Access;
using Platform.Storage.Dealers;

namespace Platform.Api.Dealers;

/// <summary>The dealer tree of the caller's organisation, as far as the caller's roles reach.</summary>
public static class DealerEndpoints
{
    private const string Read = "dealers:read";
    private const string Write = "dealers:write";

    private static readonly Dictionary<string, DealerStatus> Statuses = new(StringComparer.Ordinal)
    {
        ["active"] = DealerStatus.Active,
        ["disabled"] = DealerStatus.Disabled,
    };

    public static void MapDealers(this RouteGroupBuilder api)
    {
        var dealers = api.MapGroup("/dealers").WithTags("Dealers");
        dealers.MapGet("", ListAsync).Describe("Dealers in the order of their names.")
            .Takes("parent", "Only those directly below this dealer, or none for those at the top.").Takes("name", "Only names that begin so, in any case.")
            .Takes("code", "Exactly this code, in any case.").Takes("status", "active or disabled.").Pages().Answers<Page<DealerView>>(200).NeedsWithin(Read);
        dealers.MapPost("", CreateAsync).Describe("Creates a dealer below another one or at the top.")
            .Answers<DealerView>(201).Refuses(403, 409, 422).NeedsWithin(Write).NeedsStepUp();
        dealers.MapGet("/{id:guid}", GetAsync).Describe("One dealer with its path.").Answers<DealerDetails>(200).Refuses(404).NeedsWithin(Read);
        dealers.MapPatch("/{id:guid}", UpdateAsync).Describe("Changes the fields that are given.")
            .Answers<DealerView>(200).Refuses(403, 404, 409, 412).NeedsWithin(Write).WithoutStepUp("A name and a code reach nobody.");
        dealers.MapPost("/{id:guid}/move", MoveAsync).Describe("Moves a dealer and all below it; access follows at once.")
            .Answers<DealerView>(200).Refuses(403, 404, 409, 412, 422).NeedsWithin(Write).NeedsStepUp();
        dealers.MapPost("/{id:guid}/disable", DisableAsync).Describe("Disables a dealer: no role gives anything at it and below it from now on.")
            .Answers<DealerView>(200).Refuses(403, 404, 422).NeedsWithin(Write).NeedsStepUp();
        dealers.MapPost("/{id:guid}/enable", EnableAsync).Describe("Enables a dealer; the roles granted at it and below it count again.")
            .Answers<DealerView>(200).Refuses(403, 404, 422).NeedsWithin(Write).NeedsStepUp();
    }

    private static async Task<IResult> ListAsync(HttpContext http, DealerQueries dealers, AccessBooks books)
    {
        const string List = "dealers";
        const string Top = "none";
        var caller = SignedIn.Of(http);
        var query = new Query(http, "parent", "name", "code", "status", "limit", "cursor");
        var top = query.Text("parent") == Top;
        var filter = new DealerFilter(top ? null : query.Id("parent"), top, query.Text("name"), query.Text("code", 64), query.OneOf("status", Statuses));
        var limit = query.Limit();
        query.Check.ThrowIfFailed();
        var after = Paging.InstantAndId(http, List, caller.OrganisationId);
        var access = await books.AccessAsync(http, caller);
        var scope = access.Allows(Read);
        filter = filter with { Reached = scope.Organisation ? null : access.Tree.Reach(scope.Dealers) };
        var found = await dealers.ListAsync(caller.OrganisationId, after?.Id, filter, limit + 1, http.RequestAborted);
        return Reply.Ok(Paging.Of(found, limit, last => Paging.Cursor(http, List, caller.OrganisationId, default, last.Id)));
    }

    private static async Task<IResult> GetAsync(Guid id, HttpContext http, EntityGrains grains, AccessBooks books)
    {
        var caller = SignedIn.Of(http);
        var access = await VisibleAsync(id, http, caller, books);
        var found = await grains.Of<IDealersGrain>(IDealersGrain.KeyOf(caller.OrganisationId)).AskAsync(id, static (grain, id) => grain.FindAsync(id));
        return Reply.Ok(found.Map(one => Details(one, access)), view => view.Version);
    }

    private static async Task<IResult> CreateAsync(
        Body<CreateDealerRequest> body, HttpContext http, EntityGrains grains, AccessBooks books, TimeProvider time)
    {
        var caller = SignedIn.Of(http);
        var command = new CreateDealer(
            Operation.Context(http, caller, "dealers", Guid.Empty, time, required: false), body.Value.Name, body.Value.Code, body.Value.ParentId);
        var access = await books.AccessAsync(http, caller);
        RequireParent(access, command.ParentId);
        Refuse.With(Delegation.MayChangeBelow(access, command.ParentId));
        var created = await grains.Of<IDealersGrain>(IDealersGrain.KeyOf(caller.OrganisationId)).AskAsync(command, static (grain, command) => grain.CreateAsync(command));
        books.Changed(caller.OrganisationId);
        return Reply.Created(created, view => $"/api/v1/dealers/{view.Id}", view => view.Version);
    }

    private static async Task<IResult> UpdateAsync(
        Guid id, Body<UpdateDealerRequest> body, HttpContext http, EntityGrains grains, AccessBooks books, TimeProvider time)
    {
        var caller = SignedIn.Of(http);
        var command = new UpdateDealer(
            Operation.Context(http, caller, "dealers/update", id, time, required: false), id, body.Value.Name, body.Value.Code, Etags.IfMatch(http));
        var access = await VisibleAsync(id, http, caller, books);
        Refuse.With(access.Allows(Write, ResourceRef.Dealer(id)) ? null : Platform.Access.AccessErrors.BeyondOwnAccess(Write));
        return await AnswerAsync(caller, books, grains.Of<IDealersGrain>(IDealersGrain.KeyOf(caller.OrganisationId)).AskAsync(command, static (grain, command) => grain.UpdateAsync(command)));
    }

    private static async Task<IResult> MoveAsync(
        Guid id, Body<MoveDealerRequest> body, HttpContext http, EntityGrains grains, AccessBooks books, TimeProvider time)
    {
        var caller = SignedIn.Of(http);
        var command = new MoveDealer(
            Operation.Context(http, caller, "dealers/move", id, time, required: false), id, body.Value.ParentId, Etags.IfMatch(http));
        var access = await VisibleAsync(id, http, caller, books);
        RequireParent(access, command.ParentId);
        Refuse.With(Delegation.MayMove(access, id, command.ParentId));
        return await AnswerAsync(caller, books, grains.Of<IDealersGrain>(IDealersGrain.KeyOf(caller.OrganisationId)).AskAsync(command, static (grain, command) => grain.MoveAsync(command)));
    }

    private static Task<IResult> DisableAsync(Guid id, HttpContext http, EntityGrains grains, AccessBooks books, TimeProvider time) =>
        SetStatusAsync(id, DealerStatus.Disabled, "dealers/disable", http, grains, books, time);

    private static Task<IResult> EnableAsync(Guid id, HttpContext http, EntityGrains grains, AccessBooks books, TimeProvider time) =>
        SetStatusAsync(id, DealerStatus.Active, "dealers/enable", http, grains, books, time);

    private static async Task<IResult> SetStatusAsync(
        Guid id, DealerStatus status, string scope, HttpContext http, EntityGrains grains, AccessBooks books, TimeProvider time)
    {
        var caller = SignedIn.Of(http);
        var command = new SetDealerStatus(Operation.Context(http, caller, scope, id, time, required: false), id, status);
        var access = await books.AccessAsync(http, caller);
        if (access.Tree.Find(id) is not { } dealer || !(IsVisible(access, id) || access.Allows(Write, ResourceRef.PlaceBelow(dealer.ParentId))))
        {
            return Problems.From(DealerErrors.NotFound);
        }

        Refuse.With(Delegation.MayChangeBelow(access, dealer.ParentId));
        return await AnswerAsync(caller, books, grains.Of<IDealersGrain>(IDealersGrain.KeyOf(caller.OrganisationId)).AskAsync(command, static (grain, command) => grain.SetStatusAsync(command)));
    }

    private static async Task<IResult> AnswerAsync(SignedIn caller, AccessBooks books, Task<Result<DealerView>> call)
    {
        var result = await call;
        books.Changed(caller.OrganisationId);
        return Reply.Ok(result, view => view.Version);
    }

    /// <summary>The access of a caller who sees the dealer; whoever does not is told that there is none.</summary>
    private static async Task<EffectiveAccess> VisibleAsync(Guid id, HttpContext http, SignedIn caller, AccessBooks books)
    {
        var access = await books.AccessAsync(http, caller);
        Refuse.With(IsVisible(access, id) ? null : DealerErrors.NotFound);
        return access;
    }

    private static void RequireParent(EffectiveAccess access, Guid? parentId) =>
        Refuse.With(parentId is not { } id || IsVisible(access, id) ? null : DealerErrors.UnknownParent);

    private static bool IsVisible(EffectiveAccess access, Guid id) =>
        access.Tree.Find(id) is not null && access.Allows(Read, ResourceRef.Dealer(id));

    private static DealerDetails Details(DealerWithPath found, EffectiveAccess access)
    {
        var dealer = found.Dealer;
        return new DealerDetails(
            dealer.Id, dealer.ParentId, dealer.Name, dealer.Code, dealer.Status, found.Path.All(node => node.Status == DealerStatus.Active),
            [.. found.Path.Where(node => IsVisible(access, node.Id)).Select(node => new DealerStep(node.Id, node.Name))], dealer.Version);
    }
}
