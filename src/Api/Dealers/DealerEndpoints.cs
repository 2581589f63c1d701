using Platform.Api.Http;
using Platform.Api.Security;
using Platform.Api.Security.Access;
using Platform.Dealers;
using Platform.Grains.Access;
using Platform.Storage.Dealers;

namespace Platform.Api.Dealers;

/// <summary>The dealer tree of the caller's organisation, as far as the caller's roles reach.</summary>
[Routes]
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
            .Answers<DealerView>(201).Refuses(409, 422).NeedsWithin(Write).NeedsStepUp();
        dealers.MapGet("/{id:guid}", GetAsync).Describe("One dealer with its path.").Answers<DealerDetails>(200).Refuses(404).NeedsWithin(Read);
        dealers.MapPatch("/{id:guid}", UpdateAsync).Describe("Changes the fields that are given.")
            .Answers<DealerView>(200).Refuses(404, 409, 412).NeedsWithin(Write).WithoutStepUp("A name and a code reach nobody.");
        dealers.MapPost("/{id:guid}/move", MoveAsync).Describe("Moves a dealer and all below it; access follows at once.")
            .Answers<DealerView>(200).Refuses(404, 409, 412, 422).NeedsWithin(Write).NeedsStepUp();
        dealers.MapPost("/{id:guid}/disable", DisableAsync).Describe("Disables a dealer: no role gives anything at it and below it from now on.")
            .Answers<DealerView>(200).Refuses(404, 422).NeedsWithin(Write).NeedsStepUp();
        dealers.MapPost("/{id:guid}/enable", EnableAsync).Describe("Enables a dealer; the roles granted at it and below it count again.")
            .Answers<DealerView>(200).Refuses(404, 422).NeedsWithin(Write).NeedsStepUp();
    }

    private static async Task<IResult> ListAsync(Call call, DealerQueries dealers, AccessBooks books)
    {
        const string List = "dealers";
        const string Top = "none";
        var query = call.Query("parent", "name", "code", "status", "limit", "cursor");
        var top = query.Text("parent") == Top;
        var filter = new DealerFilter(top ? null : query.Id("parent"), top, query.Text("name"), query.Text("code", 64), query.OneOf("status", Statuses));
        var limit = query.Limit();
        query.Check.ThrowIfFailed();
        var after = Paging.InstantAndId(call.Http, List, call.OrganisationId);
        var access = await books.AccessAsync(call);
        var scope = access.Allows(Read);
        filter = filter with { Reached = scope.Organisation ? null : access.Tree.Reach(scope.Dealers) };
        var found = await dealers.ListAsync(call.OrganisationId, after?.Id, filter, limit + 1, call.Aborted);
        return Reply.Ok(Paging.Of(found, limit, last => Paging.Cursor(call.Http, List, call.OrganisationId, default, last.Id)));
    }

    private static async Task<IResult> GetAsync(Guid id, Call call, AccessBooks books)
    {
        var access = await VisibleAsync(id, call, books);
        var found = await Dealers(call).AskAsync(id, static (grain, id) => grain.FindAsync(id));
        return found.IsSuccess
            ? Reply.Volatile(Details(found.Value, access), found.Value.Dealer.Version) // Path and Live are of the dealers above it too.
            : Reply.Refused(found);
    }

    private static async Task<IResult> CreateAsync(Body<CreateDealerRequest> body, Call call, AccessBooks books)
    {
        var command = new CreateDealer(call.Context("dealers"), body.Value.Name, body.Value.Code, body.Value.ParentId);
        var access = await books.AccessAsync(call);
        RequireParent(access, command.ParentId);
        Refuse.With(Delegation.MayChangeBelow(access, command.ParentId));
        var created = await Dealers(call).AskAsync(command, static (grain, command) => grain.CreateAsync(command));
        books.Changed(call.OrganisationId);
        return Reply.Created(created, view => $"/api/v1/dealers/{view.Id}", view => view.Version);
    }

    private static async Task<IResult> UpdateAsync(Guid id, Body<UpdateDealerRequest> body, Call call, AccessBooks books)
    {
        var command = new UpdateDealer(call.Context("dealers/update", id), id, body.Value.Name, body.Value.Code, call.IfMatch());
        var access = await VisibleAsync(id, call, books);
        Refuse.With(access.Allows(Write, ResourceRef.Dealer(id)) ? null : Platform.Access.AccessErrors.BeyondOwnAccess(Write));
        return await AnswerAsync(call, books, Dealers(call).AskAsync(command, static (grain, command) => grain.UpdateAsync(command)));
    }

    private static async Task<IResult> MoveAsync(Guid id, Body<MoveDealerRequest> body, Call call, AccessBooks books)
    {
        var command = new MoveDealer(call.Context("dealers/move", id), id, body.Value.ParentId, call.IfMatch());
        var access = await VisibleAsync(id, call, books);
        RequireParent(access, command.ParentId);
        Refuse.With(Delegation.MayMove(access, id, command.ParentId));
        return await AnswerAsync(call, books, Dealers(call).AskAsync(command, static (grain, command) => grain.MoveAsync(command)));
    }

    private static Task<IResult> DisableAsync(Guid id, Call call, AccessBooks books) =>
        SetStatusAsync(new SetDealerStatus(call.Context("dealers/disable", id), id, DealerStatus.Disabled), call, books);

    private static Task<IResult> EnableAsync(Guid id, Call call, AccessBooks books) =>
        SetStatusAsync(new SetDealerStatus(call.Context("dealers/enable", id), id, DealerStatus.Active), call, books);

    private static async Task<IResult> SetStatusAsync(SetDealerStatus command, Call call, AccessBooks books)
    {
        var id = command.DealerId;
        var access = await books.AccessAsync(call);
        if (access.Tree.Find(id) is not { } dealer || !(IsVisible(access, id) || access.Allows(Write, ResourceRef.PlaceBelow(dealer.ParentId))))
        {
            return Problems.From(DealerErrors.NotFound);
        }

        Refuse.With(Delegation.MayChangeBelow(access, dealer.ParentId));
        return await AnswerAsync(call, books, Dealers(call).AskAsync(command, static (grain, command) => grain.SetStatusAsync(command)));
    }

    private static IDealersGrain Dealers(Call call) => call.Grain<IDealersGrain>(IDealersGrain.KeyOf(call.OrganisationId));

    private static async Task<IResult> AnswerAsync(Call call, AccessBooks books, Task<Result<DealerView>> change)
    {
        var result = await change;
        books.Changed(call.OrganisationId);
        return Reply.Ok(result, view => view.Version);
    }

    /// <summary>The access of a caller who sees the dealer; whoever does not is told that there is none.</summary>
    private static async Task<EffectiveAccess> VisibleAsync(Guid id, Call call, AccessBooks books)
    {
        var access = await books.AccessAsync(call);
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
