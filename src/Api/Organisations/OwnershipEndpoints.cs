using Platform.Api.Http;
using Platform.Api.Security;
using Platform.Organisations;

namespace Platform.Api.Organisations;

/// <summary>Names the new owner: an active user of the organisation.</summary>
public sealed record HandOverRequest(Guid UserId) : IValidated
{
    public void Validate(Validation check) => check.Require(UserId != Guid.Empty, OrganisationErrors.UnknownUser);
}

/// <summary>Hands the caller's organisation to another owner.</summary>
public static class OwnershipEndpoints
{
    /// <summary>It needs no permission: only the owner may do it, and no role allows it.</summary>
    public static void MapOwnership(this RouteGroupBuilder organisation) =>
        organisation.MapPost("/owner", HandOverAsync)
            .Describe("Makes another user the owner of the organisation. Only the owner can do this; they keep the role admin.")
            .Answers<OrganisationView>(200).Refuses(404, 409, 422).ForAnyUser().NeedsStepUp();

    private static async Task<IResult> HandOverAsync(Body<HandOverRequest> body, Call call, Handover handover)
    {
        var context = call.Context("organisation/owner", call.OrganisationId);
        return Reply.Ok(await handover.RunAsync(call.OrganisationId, context, body.Value.UserId, call.UserId), view => view.Version);
    }
}
