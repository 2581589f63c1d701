using Platform.Access;
using Platform.Api.Http;
using Platform.Api.Security;
using Platform.Grains.Access;
using Platform.Identity;
using Platform.Organisations;
using Platform.ServiceAccounts;

namespace Platform.Api.Identity.Sessions;

/// <summary>Describes the caller: a user or a service account.</summary>
internal static class MeEndpoint
{
    public static void MapMe(this RouteGroupBuilder auth) =>
        auth.MapGet("/me", MeAsync).Describe("Returns the caller, their organisation, roles and effective permissions.")
            .Answers<MeResponse>(200).ForAnyCaller().EvenWithoutMfa();

    private static Task<IResult> MeAsync(Call call) =>
        call.Caller.Kind == CallerKind.User ? UserAsync(call) : ServiceAccountAsync(call);

    private static async Task<IResult> UserAsync(Call call)
    {
        var user = await call.Grain<IUserGrain>(call.UserId).AskAsync(static grain => grain.GetAsync());
        var organisation = await call.Grain<IOrganisationGrain>(call.OrganisationId).AskAsync(static grain => grain.GetAsync());
        return !user.IsSuccess ? Reply.Refused(user)
            : !organisation.IsSuccess ? Reply.Refused(organisation)
            : Reply.Ok(MeOf(user.Value, organisation.Value, call.Access.Effective));
    }

    private static async Task<IResult> ServiceAccountAsync(Call call)
    {
        var account = await call.Grain<IServiceAccountGrain>(call.UserId).AskAsync(static grain => grain.GetAsync());
        var organisation = await call.Grain<IOrganisationGrain>(call.OrganisationId).AskAsync(static grain => grain.GetAsync());
        return !account.IsSuccess ? Reply.Refused(account)
            : !organisation.IsSuccess ? Reply.Refused(organisation)
            : Reply.Ok(new MeResponse(null, organisation.Value, ["service-account"], account.Value.Permissions, account.Value));
    }

    private static MeResponse MeOf(UserView user, OrganisationView organisation, EffectiveAccess access) => new(
        user, organisation, [BuiltInRoles.CodeOf(user.Tier), .. user.Grants.Select(grant => grant.Role).Distinct()],
        [.. access.List().Select(held => held.Permission.Code)]);
}
