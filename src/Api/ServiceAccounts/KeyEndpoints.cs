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
            .Answers<AddedKeyResponse>(201).Refuses(404, 409, 422).Needs("service-accounts:write").NeedsStepUp();
        accounts.MapDelete("/{id:guid}/keys/{keyId:guid}", RevokeAsync).Describe("Ends a key for good, at once.")
            .Answers(204).Refuses(404).Needs("service-accounts:write").NeedsStepUp().Revokes();
    }

    private static async Task<IResult> AddAsync(
        Guid id, Body<AddKeyRequest> body, Call call, AccessCache access, ApiKeyVerifier keys, Notices notices)
    {
        var operation = call.Operation("service-accounts/keys", id);
        var account = call.Key(id);
        var grain = call.Grain<IServiceAccountGrain>(account);
        var (standing, refusal) = await ServiceAccountEndpoints.FindAsync(call, id);
        if (standing is null)
        {
            return refusal!;
        }

        var key = ApiKey.New(account, operation.NewId());
        var command = new AddKey(call.Context(operation), key.Id, body.Value.Name, body.Value.ExpiresAt, key.Hash);
        var added = await grain.AskAsync(command, static (grain, command) => grain.AddKeyAsync(command));
        access.Forget(account);
        if (added is { IsSuccess: true, Replayed: false } && call.Caller.Kind == CallerKind.User)
        {
            await notices.TellAsync(call.Caller.Key, user => AccountLetters.KeyAdded(user, standing.Name));
        }

        // A call that was lost and repeated on the way is answered as a repetition too, with the secret of this request in force.
        var mine = added.IsSuccess && (!added.Replayed || await keys.IsInForceAsync(key));
        return Reply.Created(added.Map(view => new AddedKeyResponse(
            view.Id, view.Name, ApiKey.PublicPart(account, view.Id), view.CreatedAt, view.ExpiresAt, view.RevokedAt, mine ? key.ToString() : null)));
    }

    private static async Task<IResult> RevokeAsync(Guid id, Guid keyId, Call call, AccessCache access)
    {
        var command = new RevokeKey(call.Context("service-accounts/keys/revoke", keyId), keyId);
        if ((await ServiceAccountEndpoints.FindAsync(call, id)).Refusal is { } refusal)
        {
            return refusal;
        }

        var revoked = await call.Grain<IServiceAccountGrain>(id)
            .AskAsync(command, static (grain, command) => grain.RevokeKeyAsync(command));
        access.Forget(call.Key(id));
        return Reply.NoContent(revoked);
    }

    private static async Task<IResult> ListAsync(Guid id, Call call)
    {
        var account = call.Key(id);
        var keys = await call.Grain<IServiceAccountGrain>(account).AskAsync(static grain => grain.ListKeysAsync());
        return keys.IsSuccess
            ? Reply.Ok(new Page<KeyResponse>([.. keys.Value.Items.Select(key => KeyResponse.Of(account, key))], null))
            : Reply.Refused(keys);
    }
}
