using Platform.Api.Http;
using Platform.Api.Identity.Mfa;
using Platform.Api.Organisations;
using Platform.Api.Security;
using Platform.Api.Security.Access;
using Platform.Api.Security.Audit;
using Platform.Identity;
using Platform.Organisations;
using Platform.Storage.Admin;

namespace Platform.Api.Admin;

/// <summary>
/// Support for users, including owners, whose organisation cannot help them. Requires a user with a recent sign-in. Each use is recorded in
/// the audit logs of the organisation and the platform.
/// </summary>
public static class SupportEndpoints
{
    private const string Support = "platform:support";

    public static void MapSupport(this RouteGroupBuilder admin)
    {
        admin.MapGet("/users", ListAsync)
            .Describe("Lists users of all organisations, newest first. Each user shown is recorded in the audit log of their organisation.")
            .Takes("q", "Only users whose e-mail address or name starts with this text, in any case.").Pages()
            .Answers<Page<FoundUser>>(200).ForSupport();
        admin.MapPost("/users/{id:guid}/enable", EnableAsync).Describe("Enables a disabled user of any organisation.")
            .Answers<UserView>(200).Refuses(404, 409, 422).ForSupport();
        admin.MapPost("/users/{id:guid}/mfa/reset", ResetMfaAsync)
            .Describe("Removes the second factor of a user of any organisation and ends all their sessions. Notifies the user by e-mail.")
            .Answers<UserView>(200).Refuses(404, 409, 422).ForSupport();
        admin.MapPost("/users/{id:guid}/sessions/end", EndSessionsAsync)
            .Describe("Ends all sessions of a user of any organisation immediately.")
            .Answers(204).Refuses(404, 422).ForSupport();
        admin.MapPost("/organisations/{id:guid}/owner", HandOverAsync)
            .Describe("Makes an active user of an organisation its owner. The previous owner keeps the admin role.")
            .Answers<OrganisationView>(200).Refuses(404, 409, 422).ForSupport();
        admin.MapPost("/organisations/{id:guid}/sso/release", ReleaseSsoAsync)
            .Describe("Turns off required single sign-on of an organisation, so that its users can sign in with passwords again.")
            .Answers<OrganisationView>(200).Refuses(404, 422).ForSupport();
    }

    private static void ForSupport(this RouteHandlerBuilder route) => route.Needs(Support).NeedsStepUp().UsersOnly();

    private static async Task<IResult> ListAsync(Call call, AdminUserQueries users, AuditTrail audit)
    {
        var query = call.PagedQuery("q");
        var prefix = query.Text("q");
        var page = await query.PageAsync(
            "admin-users", call.OrganisationId, (before, rows) => users.ListAsync(before, prefix?.ToLowerInvariant(), rows, call.Aborted),
            last => (last.CreatedAt, last.Id));
        await AuditAsync(call, audit, prefix, page.Items);
        return Reply.Ok(page.Select(user => new FoundUser(
            user.Id, user.Email, user.DisplayName, user.Tier, user.Status, user.EmailVerified, user.MfaEnabled, user.OrganisationId,
            user.OrganisationName, user.CreatedAt)));
    }

    // The search goes to the platform's log; each user shown goes to their organisation's log.
    private static Task AuditAsync(Call call, AuditTrail audit, string? prefix, IReadOnlyList<AdminUserItem> found) => Task.WhenAll(
        found.Where(user => user.OrganisationId != call.OrganisationId)
            .Select(user => audit.ByThePlatformAsync(user.OrganisationId, call.UserId, "user.seen", user.Id))
            .Append(audit.AcceptedAsync(
                call, "users.searched", details: prefix is null ? null : new Dictionary<string, string> { ["q"] = prefix })));

    private static async Task<IResult> EnableAsync(Guid id, Call call, AdminUserQueries users, AccessCache access)
    {
        var context = call.Context("admin/users/enable", id);
        var user = await FindAsync(id, call, users);
        var command = new EnableUser(context);
        var enabled = await call.Grain<IUserGrain>(user).AskAsync(command, static (grain, command) => grain.EnableAsync(command));
        access.Forget(user);
        return Reply.Ok(enabled, view => view.Version);
    }

    private static async Task<IResult> ResetMfaAsync(Guid id, Call call, AdminUserQueries users, MfaRemoval removal)
    {
        var context = call.Context("admin/users/mfa/reset", id);
        var user = await FindAsync(id, call, users);
        var removed = await removal.RemoveAsync(user, new RemoveMfa(context, KeptSession: null));
        return Reply.Ok(removed.Map(change => change.User), view => view.Version);
    }

    private static async Task<IResult> EndSessionsAsync(Guid id, Call call, AdminUserQueries users, AccessCache access)
    {
        var context = call.Context("admin/users/sessions/end", id);
        var user = await FindAsync(id, call, users);
        var command = new EndAllSessions(context);
        var ended = await call.Grain<IUserSessionsGrain>(user).AskAsync(command, static (grain, command) => grain.EndAllAsync(command));
        access.Forget(user);
        return Reply.NoContent(ended);
    }

    private static async Task<IResult> HandOverAsync(Guid id, Body<HandOverRequest> body, Call call, Handover handover)
    {
        var context = call.Context("admin/organisations/owner", id);
        return Reply.Ok(await handover.RunAsync(id, context, body.Value.UserId, from: null), view => view.Version);
    }

    private static async Task<IResult> ReleaseSsoAsync(Guid id, Call call, AccessCache access)
    {
        var command = new ReleaseSso(call.Context("admin/organisations/sso", id));
        var released = await call.Grain<IOrganisationGrain>(EntityKey.Of(id))
            .AskAsync(command, static (grain, command) => grain.ReleaseSsoAsync(command));
        access.Forget(EntityKey.Of(id));
        return Reply.Ok(released, view => view.Version);
    }

    private static async Task<EntityKey> FindAsync(Guid id, Call call, AdminUserQueries users) =>
        await users.OrganisationOfAsync(id, call.Aborted) is { } organisation
            ? new EntityKey(organisation, id)
            : throw new ProblemException(Problems.From(CommonErrors.NotFound("user")));
}
