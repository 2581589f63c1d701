using Platform.Api.Access;
using Platform.Api.Auth;
using Platform.Api.Common;
using Platform.Identity;
using Platform.Storage.ReadModels.Identity;

namespace Platform.Api.Users;

/// <summary>The users of the caller's organisation.</summary>
public static class UserEndpoints
{
    private const string Users = "users";

    private static readonly Dictionary<string, UserStatus> Statuses = new(StringComparer.Ordinal)
    {
        ["active"] = UserStatus.Active,
        ["invited"] = UserStatus.Invited,
        ["disabled"] = UserStatus.Disabled,
    };

    public static void MapUsers(this RouteGroupBuilder api)
    {
        var users = api.MapGroup("/users").WithTags("Users");
        users.MapGet("", ListAsync).Describe("Users in the order of their ids.")
            .Takes("status", "active, invited or disabled.").Takes("email", "Addresses that begin so.").Takes("role", "Who holds this role.")
            .Takes("dealerId", "Who holds a role at this dealer.").Pages().Answers<Page<UserView>>(200).Needs("users:read");
        users.MapPost("", CreateAsync).Describe("Adds a sub-user below the caller; without a password they are invited by mail.")
            .Answers<UserView>(201).Refuses(409, 422).Needs("users:write");
        users.MapGet("/{id:guid}", GetAsync).Describe("One user.").Answers<UserView>(200).Refuses(404).Needs("users:read");
        users.MapPatch("/{id:guid}", UpdateAsync).Describe("Changes the fields that are given; one's own profile needs no permission.")
            .Answers<UserView>(200).Refuses(404, 412).ForAnyUser();
        users.MapGet("/{id:guid}/sub-users", SubUsersAsync).Describe("The users below this one.").Pages()
            .Answers<Page<UserView>>(200).Refuses(404).Needs("users:read");
        users.MapPost("/{id:guid}/invitation", InviteAgainAsync).Describe("Mails the invitation again; the earlier one is void.")
            .Answers(204).Refuses(404, 409).Needs("users:write");
        users.MapUserStatus();
        users.MapUserMfa();
    }

    private static async Task<IResult> CreateAsync(
        Body<CreateUserRequest> body, HttpContext http, Registration registration, EntityGrains grains, TimeProvider time)
    {
        var caller = SignedIn.Of(http);
        var request = body.Value;
        var operation = Operation.Of(http, caller.OrganisationId, Users, Guid.Empty, time, required: false);
        var organisation = await GrainCalls.CallAsync(grains.Organisation(caller.OrganisationId), static grain => grain.GetAsync());
        if (!organisation.IsSuccess)
        {
            return Reply.Refused(organisation);
        }

        var added = await registration.AddUserAsync(
            new NewUser(
                operation.Id, new EntityKey(caller.OrganisationId, operation.NewId(1)), caller.UserId, operation.NewId(2), request.Email,
                request.Password, request.DisplayName, UserTier.SubUser, organisation.Value.Currency)
            {
                ParentId = caller.UserId,
                Profile = request.Profile,
                Grants = request.Roles,
            },
            http.RequestAborted);
        return Reply.Created(added, view => $"/api/v1/users/{view.Id}", view => view.Version);
    }

    private static async Task<IResult> GetAsync(Guid id, HttpContext http, EntityGrains grains)
    {
        var caller = SignedIn.Of(http);
        return Reply.Ok(await GrainCalls.CallAsync(grains.User(caller.OrganisationId, id), static grain => grain.GetAsync()), view => view.Version);
    }

    private static async Task<IResult> UpdateAsync(Guid id, Body<UpdateUserRequest> body, HttpContext http, EntityGrains grains, TimeProvider time)
    {
        var caller = SignedIn.Of(http);
        if (id != caller.UserId && !AccessView.Of(http).Allows("users:write"))
        {
            return Problems.Forbidden;
        }

        var command = new UpdateProfile(
            Operation.Context(http, caller, Users, id, time, required: false), body.Value.DisplayName, body.Value.Profile, Etags.IfMatch(http));
        return Reply.Ok(
            await GrainCalls.CallAsync(grains.User(caller.OrganisationId, id), command, static (grain, command) => grain.UpdateProfileAsync(command)),
            view => view.Version);
    }

    private static async Task<IResult> InviteAgainAsync(Guid id, HttpContext http, EntityGrains grains, MailTokens mail)
    {
        var caller = SignedIn.Of(http);
        var user = await GrainCalls.CallAsync(grains.User(caller.OrganisationId, id), static grain => grain.GetAsync());
        if (user is { IsSuccess: true, Value.Status: not UserStatus.Invited })
        {
            return Problems.From(IdentityErrors.AlreadyActive);
        }

        if (user.IsSuccess)
        {
            await mail.SendAsync(new EntityKey(caller.OrganisationId, id), MailTokenPurpose.Invitation);
        }

        return Reply.NoContent(user);
    }

    private static Task<IResult> ListAsync(HttpContext http, UserQueries users)
    {
        var query = new Query(http, "status", "email", "role", "dealerId", "limit", "cursor");
        var filter = new UserFilter(
            query.OneOf("status", Statuses), Email: query.Text("email")?.ToLowerInvariant(), Role: query.Text("role", 64), DealerId: query.Id("dealerId"));
        return PageAsync(http, users, query, filter);
    }

    private static async Task<IResult> SubUsersAsync(Guid id, HttpContext http, EntityGrains grains, UserQueries users)
    {
        var caller = SignedIn.Of(http);
        var parent = await GrainCalls.CallAsync(grains.User(caller.OrganisationId, id), static grain => grain.GetAsync());
        return parent.IsSuccess
            ? await PageAsync(http, users, new Query(http, "limit", "cursor"), new UserFilter(ParentId: id))
            : Reply.Refused(parent);
    }

    private static async Task<IResult> PageAsync(HttpContext http, UserQueries users, Query query, UserFilter filter)
    {
        var caller = SignedIn.Of(http);
        var limit = query.Limit();
        query.Check.ThrowIfFailed();
        var after = Paging.InstantAndId(http, Users, caller.OrganisationId);
        var found = await users.ListAsync(caller.OrganisationId, after?.Id, filter, limit + 1, http.RequestAborted);
        return Reply.Ok(Paging.Of(found, limit, last => Paging.Cursor(Users, caller.OrganisationId, default, last.Id)));
    }
}
