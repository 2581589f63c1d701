using Platform.Api.Http;
using Platform.Api.Security;
using Platform.Identity;
using Platform.Storage.Identity;

namespace Platform.Api.Identity.External;

/// <summary>The caller's links to external identities.</summary>
[Routes]
public static class IdentityEndpoints
{
    public static void MapIdentities(this RouteGroupBuilder api)
    {
        var identities = api.MapGroup("/auth/identities").WithTags("Auth");
        identities.MapGet("", ListAsync).Describe("Lists the external identities that the caller can sign in with.")
            .Answers<Page<ExternalIdentityView>>(200).ForAnyUser();
        identities.MapDelete("/{id:guid}", UnlinkAsync).Describe("Removes the link to an external identity.")
            .Answers(204).Refuses(404).ForAnyUser().NeedsStepUp();
    }

    private static async Task<IResult> ListAsync(Call call, ExternalIdentityQueries queries) =>
        Reply.Ok(new Page<ExternalIdentityView>(await queries.ListAsync(call.OrganisationId, call.UserId, call.Aborted), null));

    private static async Task<IResult> UnlinkAsync(Guid id, Call call, ExternalAccounts accounts) =>
        Reply.NoContent(await accounts.UnlinkAsync(id, new LoginOwner(call.OrganisationId, call.UserId), call.Origin));
}
