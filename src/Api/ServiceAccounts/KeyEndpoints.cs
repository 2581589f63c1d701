using Platform.Api.Http;
using Platform.Api.Identity.Letters;
using Platform.Api.Security;
using Platform.Api.Security.Access;
using Platform.Api.Security.Tokens;
using Platform.ServiceAccounts;

namespace Platform.Api.ServiceAccounts;

/// <summary>The keys of a service account. The text of a key leaves once, in the answer to the request that made it.</summary>
public static class KeyEndpoints
{
    public static void MapKeys(this RouteGroupBuilder accounts)
    {
        accounts.MapGet("/{id:guid}/keys", ListAsync).Describe("The keys of the account without their secrets, the latest first.")
            .Answers<Page<KeyResponse>>(200).Refuses(404).Needs("service-accounts:read");
        accounts.MapPost("/{id:guid}/keys", AddAsync).Describe("Adds a key and shows it this once: a repetition answers without it.")
            .Answers<AddedKeyResponse>(201).Refuses(403, 404, 409, 422).Needs("service-accounts:write").NeedsStepUp();
        accounts.MapDelete("/{id:guid}/keys/{keyId:guid}", RevokeAsync).Describe("Ends a key for good, at once.")
            .Answers(204).Refuses(403, 404).Needs("service-accounts:write").NeedsStepUp().Revokes();
    }

    private static async Task<IResult> AddAsync(
        Guid id, Body<AddKeyRequest> body, HttpContext http, EntityGrains grains, AccessCache access, ApiKeyVerifier keys, Notices notices,
        TimeProvider time)
    {
        var caller = SignedIn.Of(http);
        var operation = Operation.Of(http, caller.OrganisationId, "service-accounts/keys", id, time, required: false);
        var account = new EntityKey(caller.OrganisationId, id);
        var grain = grains.Of<IServiceAccountGrain>(account);
        var (standing, refusal) = await ServiceAccountEndpoints.FindAsync(http, id, grains);
        if (standing is null)
        {
            return refusal!;
        }

        var key = ApiKey.New(account, operation.NewId());
        var command = new AddKey(
            new CommandContext(caller.OrganisationId, caller.UserId, operation.Id, RequestOrigin.Of(http)), key.Id, body.Value.Name, body.Value.ExpiresAt, key.Hash);
        var added = await grain.AskAsync(command, static (grain, command) => grain.AddKeyAsync(command));
        access.Forget(account);
        if (added is { IsSuccess: true, Replayed: false } && caller.Kind == CallerKind.User)
        {
            await notices.TellAsync(caller.Key, user => AccountLetters.KeyAdded(user, standing.Name));
        }

        // A call that was lost and repeated on the way is answered as a repetition too, with the secret of this request in force.
        var mine = added.IsSuccess && (!added.Replayed || await keys.IsInForceAsync(key));
        return Reply.Created(added.Map(view => new AddedKeyResponse(
            view.Id, view.Name, ApiKey.PublicPart(account, view.Id), view.CreatedAt, view.ExpiresAt, view.RevokedAt, mine ? key.ToString() : null)));
    }

    private static async Task<IResult> RevokeAsync(
        Guid id, Guid keyId, HttpContext http, EntityGrains grains, AccessCache access, TimeProvider time)
    {
        var caller = SignedIn.Of(http);
        var command = new RevokeKey(Operation.Context(http, caller, "service-accounts/keys/revoke", keyId, time, required: false), keyId);
        if ((await ServiceAccountEndpoints.FindAsync(http, id, grains)).Refusal is { } refusal)
        {
            return refusal;
        }

        var revoked = await grains.Of<IServiceAccountGrain>(caller.OrganisationId, id).AskAsync(command, static (grain, command) => grain.RevokeKeyAsync(command));
        access.Forget(new EntityKey(caller.OrganisationId, id));
        return Reply.NoContent(revoked);
    }

    private static async Task<IResult> ListAsync(Guid id, HttpContext http, EntityGrains grains)
    {
        var caller = SignedIn.Of(http);
        var account = new EntityKey(caller.OrganisationId, id);
        var keys = await grains.Of<IServiceAccountGrain>(account).AskAsync(static grain => grain.ListKeysAsync());
        return keys.IsSuccess
            ? Reply.Ok(new Page<KeyResponse>([.. keys.Value.Items.Select(key => KeyResponse.Of(account, key))], null))
            : Reply.Refused(keys);
    }
}
