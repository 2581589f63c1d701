using Platform.Api.Http;
using Platform.Api.Security;
using Platform.Organisations;

namespace Platform.Api.Organisations;

/// <summary>Names the user who is to own the organisation: an active one of it.</summary>
public sealed record HandOverRequest(Guid UserId) : IValidated
{
    public void Validate(Validation check) => check.Require(UserId != Guid.Empty, OrganisationErrors.UnknownUser);
}

/// <summary>Handing the caller's organisation to another owner.</summary>
public static class OwnershipEndpoints
{
    /// <summary>It needs no permission: it is the owner's, and no role gives it.</summary>
    public static void MapOwnership(this RouteGroupBuilder organisation) =>
        organisation.MapPost("/owner", HandOverAsync)
            .Describe("Hands the organisation to another of its users, with all that an owner may do; the owner alone can. They keep the role admin.")
            .Answers<OrganisationView>(200).Refuses(404, 409, 422).ForAnyUser().NeedsStepUp();

    private static async Task<IResult> HandOverAsync(Body<HandOverRequest> body, Call call, Handover handover)
    {
        var context = call.Context("organisation/owner", call.OrganisationId);
        return Reply.Ok(await handover.RunAsync(call.OrganisationId, context, body.Value.UserId, call.UserId), view => view.Version);
    }
}
