using Platform.Api.Http;
using Platform.Api.Security;
using Platform.Identity;
using Platform.Storage.Identity;

namespace Platform.Api.Identity.External;

/// <summary>The caller's own links to identities of other providers and directories.</summary>
public static class IdentityEndpoints
{
    public static void MapIdentities(this RouteGroupBuilder api)
    {
        var identities = api.MapGroup("/auth/identities").WithTags("Auth");
        identities.MapGet("", ListAsync).Describe("The identities of other providers that the caller signs in with.").Answers<Page<ExternalIdentityView>>(200).ForAnyUser();
        identities.MapDelete("/{id:guid}", UnlinkAsync).Describe("Ends the link to an identity of another provider.").Answers(204).Refuses(404).ForAnyUser().NeedsStepUp();
    }

    private static async Task<IResult> ListAsync(HttpContext http, ExternalIdentityQueries queries)
    {
        var caller = SignedIn.Of(http);
        return Reply.Ok(new Page<ExternalIdentityView>(await queries.ListAsync(caller.OrganisationId, caller.UserId, http.RequestAborted), null));
    }

    private static async Task<IResult> UnlinkAsync(Guid id, HttpContext http, EntityGrains grains, TimeProvider time)
    {
        var caller = SignedIn.Of(http);
        var context = new CommandContext(Caller.Platform, caller.UserId, OperationId.Fresh(time), RequestOrigin.Of(http));
        Caller.Set(Caller.Platform); // The identity is the platform's; the command says for whom, and nobody else's is found.
        var unlinked = await grains.Of<IExternalIdentityGrain>(new EntityKey(Caller.Platform, id)).AskAsync(
            new UnlinkExternalIdentity(context, caller.OrganisationId, caller.UserId),
            static (grain, command) => grain.UnlinkAsync(command));
        return unlinked.IsSuccess ? Results.NoContent() : Reply.Refused(unlinked);
    }
}
