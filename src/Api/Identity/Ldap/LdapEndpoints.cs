using Platform.Api.Http;
using Platform.Api.Security;
using Platform.Identity;

namespace Platform.Api.Identity.Ldap;

/// <summary>Name and password of a directory user.</summary>
public sealed record LdapLinkRequest(string Username, string Password) : IValidated
{
    public void Validate(Validation check)
    {
    }
}

/// <summary>Links a directory user to the caller's account. To sign in, use <c>/auth/login</c> with the realm.</summary>
[Routes]
public static class LdapEndpoints
{
    public static void MapLdap(this RouteGroupBuilder api) => api.MapPost("/auth/ldap/link", LinkAsync).WithTags("Auth")
        .Describe("Links a directory user to the caller's account.").Answers(204).Refuses(409).ForAnyUser().NeedsStepUp();

    private static async Task<IResult> LinkAsync(Body<LdapLinkRequest> body, Call call, LdapSignIn ldap)
    {
        call.CheckKey();
        var user = new LoginOwner(call.OrganisationId, call.UserId);
        return Reply.NoContent(await ldap.LinkAsync(call.Http, body.Value.Username, body.Value.Password, user));
    }
}
