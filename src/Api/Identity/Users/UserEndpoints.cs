using Platform.Access;
using Platform.Api.Http;
using Platform.Api.Identity.Letters;
using Platform.Api.Identity.Registration;
using Platform.Api.Security;
using Platform.Api.Security.RateLimits;
using Platform.Grains.Access;
using Platform.Identity;
using Platform.Organisations;
using Platform.Storage.Identity;

namespace Platform.Api.Identity.Users;

/// <summary>The users of the caller's organisation.</summary>
[Routes]
public static class UserEndpoints
{
    private const string List = "users";
    private const string Read = "users:read";
    private const string Write = "users:write";

    private static readonly Dictionary<string, UserStatus> Statuses = new(StringComparer.Ordinal)
    {
        ["active"] = UserStatus.Active,
        ["invited"] = UserStatus.Invited,
        ["disabled"] = UserStatus.Disabled,
    };

    public static void MapUsers(this RouteGroupBuilder api)
    {
        var users = api.MapGroup("/users").WithTags("Users");
        users.MapGet("", ListAsync).Describe("Lists users, ordered by id.")
            .Takes("status", "active, invited or disabled.").Takes("email", "Only users whose address starts with this.")
            .Takes("role", "Only users with this role.").Takes("dealerId", "Only users with a role at this dealer.")
            .Pages().Answers<Page<UserView>>(200).NeedsWithin(Read);
        users.MapPost("", CreateAsync).Describe("Adds a sub-user below the caller. Without a password, the user is invited by mail.")
            .Answers<UserView>(201).Refuses(409, 422).NeedsWithin(Write).NeedsStepUp();
        users.MapGet("/{id:guid}", GetAsync).Describe("Returns a user.").Answers<UserView>(200).Refuses(404).NeedsWithin(Read);
        users.MapPatch("/{id:guid}", UpdateAsync).Describe("Changes the given fields. Your own profile needs no permission.")
            .Answers<UserView>(200).Refuses(404, 412).ForAnyCaller();
        users.MapGet("/{id:guid}/sub-users", SubUsersAsync).Describe("Lists the sub-users of a user.").Pages()
            .Answers<Page<UserView>>(200).Refuses(404).NeedsWithin(Read);
        users.MapPost("/{id:guid}/invitation", InviteAgainAsync)
            .Describe("Mails the invitation again. Earlier ones stay valid until one is accepted.")
            .Answers(204).Refuses(404, 409).NeedsWithin(Write)
            .WithoutStepUp("It goes to the invited address, and gives the same access as the first invitation.");
        users.MapUserStatus();
        users.MapUserAccess();
        users.MapUserMfa();
    }

    private static async Task<IResult> CreateAsync(Body<CreateUserRequest> body, Call call, AccountRegistration registration)
    {
        var request = body.Value;
        var operation = call.Operation("users");
        RequireMayAdd(call.Access.Effective, request.Roles ?? []);
        var organisation = await call.Grain<IOrganisationGrain>(call.OrganisationId).AskAsync(static grain => grain.GetAsync());
        if (!organisation.IsSuccess)
        {
            return Reply.Refused(organisation);
        }

        var added = await registration.AddUserAsync(
            new NewUser(
                operation.Id, call.Key(operation.NewId(1)), call.UserId, operation.NewId(2), request.Email,
                request.Password, request.DisplayName, UserTier.SubUser, organisation.Value.Currency)
            {
                ParentId = call.UserId,
                Profile = request.ToProfile(),
                Grants = request.Roles,
                Origin = call.Origin,
            },
            call.Aborted);
        return Reply.Created(added, view => $"/api/v1/users/{view.Id}", view => view.Version);
    }

    // A caller who may add users only at some dealers must give the user roles, all of them at those dealers.
    private static void RequireMayAdd(EffectiveAccess access, IReadOnlyList<Grant> roles)
    {
        if (!access.Allows(Write).Organisation &&
            (roles.Count == 0 || !roles.All(grant => access.Allows(Write, ResourceRef.PlaceBelow(grant.DealerId)))))
        {
            Refuse.Now(AccessErrors.BeyondOwnAccess(Write));
        }

        Refuse.With(Delegation.MayGrantAll(access, roles));
    }

    private static async Task<IResult> GetAsync(Guid id, Call call, Reach reach)
    {
        if (await reach.RefusalAsync(call, Read, id) is { } refusal)
        {
            return refusal;
        }

        return Reply.Ok(await call.Grain<IUserGrain>(id).AskAsync(static grain => grain.GetAsync()), view => view.Version);
    }

    private static async Task<IResult> UpdateAsync(Guid id, Body<UpdateUserRequest> body, Call call, Reach reach)
    {
        if (id != call.UserId && (await AccountAccess.FindAsync(call, id, Write, reach)).Refusal is { } refusal)
        {
            return refusal;
        }

        var command = new UpdateProfile(call.Context("users", id), body.Value.DisplayName, body.Value.ToProfile(), call.IfMatch());
        return Reply.Ok(
            await call.Grain<IUserGrain>(id).AskAsync(command, static (grain, command) => grain.UpdateProfileAsync(command)),
            view => view.Version);
    }

    private static async Task<IResult> InviteAgainAsync(Guid id, Call call, Reach reach, LetterBound bound, MailTokens mail)
    {
        call.CheckKey();
        var (user, refusal) = await AccountAccess.FindAsync(call, id, Write, reach);
        if (user is null)
        {
            return refusal!;
        }

        if (user.Status != UserStatus.Invited)
        {
            return Problems.From(IdentityErrors.AlreadyActive);
        }

        await bound.RequireAsync(user.Email);
        await mail.SendAsync(call.Key(id), MailTokenPurpose.Invitation, origin: call.Origin, actorId: call.UserId);
        return Results.NoContent();
    }

    private static async Task<IResult> ListAsync(Call call, UserQueries users, Reach reach)
    {
        var query = call.PagedQuery("status", "email", "role", "dealerId");
        var filter = new UserFilter(
            query.OneOf("status", Statuses),
            Emails: query.Text("email") is { } email ? [LoginName.NameOf(email), .. LoginName.EarlierForms(email)] : null,
            Role: query.Text("role", 64), DealerId: query.Id("dealerId"));
        return await PageAsync(call, users, query, await NarrowAsync(call, reach, filter));
    }

    // If the caller may read at the given dealer, all of its users are visible.
    private static async Task<UserFilter> NarrowAsync(Call call, Reach reach, UserFilter filter) =>
        filter.DealerId is { } dealer && call.Access.Effective.Allows(Read, ResourceRef.Dealer(dealer))
            ? filter
            : filter with { Ids = (await reach.NarrowAsync(call, Read, null)).Owners };

    private static async Task<IResult> SubUsersAsync(Guid id, Call call, Reach reach, UserQueries users)
    {
        if (await reach.RefusalAsync(call, Read, id) is { } refusal)
        {
            return refusal;
        }

        var parent = await call.Grain<IUserGrain>(id).AskAsync(static grain => grain.GetAsync());
        return parent.IsSuccess
            ? await PageAsync(call, users, call.PagedQuery(), await NarrowAsync(call, reach, new UserFilter(ParentId: id)))
            : Reply.Refused(parent);
    }

    private static async Task<IResult> PageAsync(Call call, UserQueries users, Query query, UserFilter filter) =>
        Reply.Ok(await query.PageAsync(
            List, call.OrganisationId, (after, rows) => users.ListAsync(call.OrganisationId, after, filter, rows, call.Aborted), last =>
                last.Id));
}
