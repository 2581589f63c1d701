using Platform.Access;
using Platform.Api.Http;
using Platform.Api.Security;
using Platform.Api.Security.Access;
using Platform.Grains.Access;
using Platform.Identity;

namespace Platform.Api.Access;

/// <summary>Asks whether a user may act on a resource: organisation, dealer:{id} or user:{id}.</summary>
public sealed record CheckAccessRequest(Guid UserId, string Permission, string Resource = "organisation") : IValidated
{
    public void Validate(Validation check) => check
        .Require(
            PermissionCatalogue.Find(Permission) is not null,
            CommonErrors.Invalid("/permission", "unknown-permission", "There is no such permission."))
        .Require(
            ResourceRef.TryParse(Resource, out _),
            CommonErrors.Invalid("/resource", "invalid-resource", "The resource must be organisation, dealer:{id} or user:{id}."));
}

/// <summary>Answers whether something is allowed, with every reason for or against it.</summary>
[Routes]
public static class AccessEndpoints
{
    public static void MapAccess(this RouteGroupBuilder api) =>
        api.MapPost("/access/check", CheckAsync).WithTags("Access")
            .Describe("Checks whether a user may do something, and why. Needs no permission if the user is the caller.")
            .Answers<AccessAnswer>(200).Refuses(404).ForAnyUser().EvenWhenSuspended();

    private static async Task<IResult> CheckAsync(Body<CheckAccessRequest> body, Call call, AccessCache cache, Reach reach)
    {
        call.CheckKey();
        var request = body.Value;
        if (request.UserId != call.UserId && await reach.RefusalAsync(call, "access:read", request.UserId) is { } refusal)
        {
            return refusal;
        }

        var subject = await cache.GetAsync(call.Key(request.UserId));
        if (subject.User.Version == 0)
        {
            return Problems.From(CommonErrors.NotFound("user"));
        }

        _ = ResourceRef.TryParse(request.Resource, out var resource); // Validated with the body.
        if (resource!.OwnerId is { } ownerId)
        {
            resource = (await cache.GetAsync(call.Key(ownerId))).Resource;
        }

        return Reply.Ok(subject.User.Status == UserStatus.Active
            ? subject.Effective.Explain(request.Permission, resource)
            : new AccessAnswer(false, [new Reason(ReasonKind.UserNotActive, null, null, null, IdentityErrors.NotActive.Message)]));
    }
}
