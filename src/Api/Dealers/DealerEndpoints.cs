using Platform.Api.Http;
using Platform.Api.Security;
using Platform.Api.Security.Access;
using Platform.Dealers;
using Platform.Grains.Access;
using Platform.Storage.Dealers;

namespace Platform.Api.Dealers;

/// <summary>The part of the organisation's dealer tree that the caller may see.</summary>
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
        dealers.MapGet("", ListAsync).Describe("Lists dealers by name.")
            .Takes("parent", "Only dealers directly below this one; `none` for those at the top.")
            .Takes("name", "Only names with this prefix, ignoring case.")
            .Takes("code", "Exactly this code, ignoring case.").Takes("status", "active or disabled.")
            .Pages().Answers<Page<DealerView>>(200).NeedsWithin(Read);
        dealers.MapPost("", CreateAsync).Describe("Creates a dealer under a parent, or at the top.")
            .Answers<DealerView>(201).Refuses(409, 422).NeedsWithin(Write).NeedsStepUp();
        dealers.MapGet("/{id:guid}", GetAsync).Describe("Returns a dealer with its path.")
            .Answers<DealerDetails>(200).Refuses(404).NeedsWithin(Read);
        dealers.MapPatch("/{id:guid}", UpdateAsync).Describe("Changes the given fields.")
            .Answers<DealerView>(200).Refuses(404, 409, 412).NeedsWithin(Write).WithoutStepUp("A name or code changes nobody's access.");
        dealers.MapPost("/{id:guid}/move", MoveAsync).Describe("Moves a dealer and all dealers below it. Access changes at once.")
            .Answers<DealerView>(200).Refuses(404, 409, 412, 422).NeedsWithin(Write).NeedsStepUp();
        dealers.MapPost("/{id:guid}/disable", DisableAsync).Describe("Disables a dealer. Roles granted at it or below it no longer apply.")
            .Answers<DealerView>(200).Refuses(404, 422).NeedsWithin(Write).NeedsStepUp();
        dealers.MapPost("/{id:guid}/enable", EnableAsync).Describe("Enables a dealer. Roles granted at it or below it apply again.")
            .Answers<DealerView>(200).Refuses(404, 422).NeedsWithin(Write).NeedsStepUp();
    }

    private static async Task<IResult> ListAsync(Call call, DealerQueries dealers, AccessBooks books)
    {
        const string Top = "none";
        var query = call.PagedQuery("parent", "name", "code", "status");
        var top = query.Text("parent") == Top;
        var filter = new DealerFilter(
            top ? null : query.Id("parent"), top, query.Text("name"), query.Text("code", 64), query.OneOf("status", Statuses));
        query.Check.ThrowIfFailed();
        var access = await books.AccessAsync(call);
        var scope = access.Allows(Read);
        filter = filter with { Reached = scope.Organisation ? null : access.Tree.Reach(scope.Dealers) };
        return Reply.Ok(await query.PageAsync(
            "dealers", call.OrganisationId, (after, rows) => dealers.ListAsync(call.OrganisationId, after, filter, rows, call.Aborted),
            last => last.Id));
    }

    private static async Task<IResult> GetAsync(Guid id, Call call, AccessBooks books)
    {
        var access = await VisibleAsync(id, call, books);
        var found = await Dealers(call).AskAsync(id, static (grain, id) => grain.FindAsync(id));
        // The path and whether it is live depend on dealers above it, which can change without changing its version.
        return found.IsSuccess
            ? Reply.Volatile(Details(found.Value, access), found.Value.Dealer.Version)
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
        if (access.Tree.Find(id) is not { } dealer
            || !(IsVisible(access, id) || access.Allows(Write, ResourceRef.PlaceBelow(dealer.ParentId))))
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

    /// <summary>Returns the caller's access. Answers 404 if they may not see the dealer.</summary>
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
