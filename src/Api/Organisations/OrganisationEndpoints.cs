using Platform.Api.Http;
using Platform.Api.Identity.Sessions;
using Platform.Api.Security;
using Platform.Api.Security.Access;
using Platform.Grains.Engine;
using Platform.Identity;
using Platform.Organisations;

namespace Platform.Api.Organisations;

/// <summary>Changes the given fields.</summary>
public sealed record UpdateOrganisationRequest(
    string? Name = null, string? TimeZone = null, string? Locale = null, bool? RequireMfa = null, bool? RequireSso = null) : IValidated
{
    public void Validate(Validation check) => check
        .OptionalName(Name, OrganisationErrors.InvalidName)
        .Require(TimeZone is null || TimeZones.Find(TimeZone) is not null, OrganisationErrors.InvalidTimeZone)
        .Require(Locale is null || OrganisationInputRules.IsLocale(Locale), OrganisationErrors.InvalidLocale);
}

/// <summary>The caller's own organisation.</summary>
[Routes]
public static class OrganisationEndpoints
{
    public static void MapOrganisation(this RouteGroupBuilder api)
    {
        var organisation = api.MapGroup("/organisation").WithTags("Organisation");
        organisation.MapGet("", GetAsync).Describe("Returns the caller's organisation.")
            .Answers<OrganisationView>(200).Refuses(404).Needs("organisation:read");
        organisation.MapPatch("", UpdateAsync)
            .Describe("Changes the given fields. Changing requireMfa or requireSso needs a recent proof of identity.")
            .Answers<OrganisationView>(200).Refuses(404, 409, 412).Needs("organisation:write").NeedsStepUpFor("requireMfa", "requireSso");
        organisation.MapOwnership();
    }

    private static async Task<IResult> GetAsync(Call call) =>
        Reply.Ok(await call.Grain<IOrganisationGrain>(call.OrganisationId)
            .AskAsync(static grain => grain.GetAsync()), view => view.Version);

    private static async Task<IResult> UpdateAsync(Body<UpdateOrganisationRequest> body, Call call, AccessCache access, SsoDemand demand)
    {
        if ((body.Value.RequireMfa is not null || body.Value.RequireSso is not null) && StepUp.Challenge(call) is { } challenge)
        {
            return challenge;
        }

        if (body.Value.RequireSso == true && !await MeetsAsync(call, demand))
        {
            return Problems.From(OrganisationErrors.WouldLockOut);
        }

        var command = new UpdateOrganisation(
            call.Context("organisation", call.OrganisationId),
            body.Value.Name, body.Value.TimeZone, body.Value.Locale, call.IfMatch(), body.Value.RequireMfa, body.Value.RequireSso);
        var updated = await call.Grain<IOrganisationGrain>(call.OrganisationId)
            .AskAsync(command, static (grain, command) => grain.UpdateAsync(command));
        access.Forget(EntityKey.Of(call.OrganisationId));
        return Reply.Ok(updated, view => view.Version);
    }

    // A user who signed in this way has shown that it works, so requiring it cannot lock them out. A service account cannot show that.
    private static async Task<bool> MeetsAsync(Call call, SsoDemand demand)
    {
        if (call.Caller.Kind != CallerKind.User)
        {
            return false;
        }

        var sessions = await call.Grain<IUserSessionsGrain>(call.UserId).AskAsync(static grain => grain.ListAsync());
        return sessions.IsSuccess
            ? sessions.Value.Items.Any(session =>
                session.Id == call.Caller.Token.SessionId && demand.IsMetBy(session.Method, call.OrganisationId))
            : throw new ProblemException(Problems.From(sessions.Error));
    }
}

/// <summary>Examples for the API document.</summary>
[Examples]
public static class OrganisationExamples
{
    public static readonly object[] All =
    [
        new UpdateOrganisationRequest("Example AG", "Europe/Zurich", "de-CH", false, false),
        new HandOverRequest(Sample.UserId),
    ];
}
