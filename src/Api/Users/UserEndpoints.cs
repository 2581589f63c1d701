using Platform.Api.Auth;
using Platform.Api.Common;
using Platform.Identity;

namespace Platform.Api.Users;

/// <summary>The users of the caller's organisation.</summary>
public static class UserEndpoints
{
    public static void MapUsers(this RouteGroupBuilder api)
    {
        var users = api.MapGroup("/users").WithTags("Users");
        users.MapGet("/{id:guid}", GetAsync).Describe("One user.").Answers<UserView>(200).Refuses(404);
    }

    private static async Task<IResult> GetAsync(Guid id, HttpContext http, EntityGrains grains)
    {
        var caller = SignedIn.Of(http);
        return Reply.Ok(await GrainCalls.CallAsync(grains.User(caller.OrganisationId, id), static grain => grain.GetAsync()), view => view.Version);
    }
}
