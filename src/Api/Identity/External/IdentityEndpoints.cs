using Platform.Api.Http;
using Platform.Api.Security;
using Platform.Identity;
using Platform.Storage.Identity;

namespace Platform.Api.Identity.External;

/// <summary>The caller's own links to identities of other providers and directories.</summary>
[Routes]
public static class IdentityEndpoints
{
    public static void MapIdentities(this RouteGroupBuilder api)
    {
        var identities = api.MapGroup("/auth/identities").WithTags("Auth");
        identities.MapGet("", ListAsync).Describe("The identities of other providers that the caller signs in with.").Answers<Page<ExternalIdentityView>>(200).ForAnyUser();
        identities.MapDelete("/{id:guid}", UnlinkAsync).Describe("Ends the link to an identity of another provider.").Answers(204).Refuses(404).ForAnyUser().NeedsStepUp();
    }

    private static async Task<IResult> ListAsync(Call call, ExternalIdentityQueries queries) =>
        Reply.Ok(new Page<ExternalIdentityView>(await queries.ListAsync(call.OrganisationId, call.UserId, call.Aborted), null));

    private static async Task<IResult> UnlinkAsync(Guid id, Call call, ExternalAccounts accounts) =>
        Reply.NoContent(await accounts.UnlinkAsync(id, new LoginOwner(call.OrganisationId, call.UserId), call.Origin));
}
