using Platform.Api.Http;
using Platform.Api.Identity.Letters;
using Platform.Api.Security;
using Platform.Api.Security.Access;
using Platform.Api.Security.Tokens;
using Platform.ServiceAccounts;

namespace Platform.Api.ServiceAccounts;

/// <summary>The keys of a service account. A key is shown once, in the answer to the request that created it.</summary>
public static class KeyEndpoints
{
    public static void MapKeys(this RouteGroupBuilder accounts)
    {
        accounts.MapGet("/{id:guid}/keys", ListAsync).Describe("Lists the keys of a service account, newest first, without their secrets.")
            .Answers<Page<KeyResponse>>(200).Refuses(404).Needs("service-accounts:read");
        accounts.MapPost("/{id:guid}/keys", AddAsync).Describe("Adds a key and shows it once. A repeated request answers without it.")
            .Answers<AddedKeyResponse>(201).Refuses(404, 409, 422).Needs("service-accounts:write").NeedsStepUp();
        accounts.MapDelete("/{id:guid}/keys/{keyId:guid}", RevokeAsync).Describe("Revokes a key for good, at once.")
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

        // Orleans may repeat a lost call: it answers as a repetition, though the secret is the one of this request.
        var mine = added.IsSuccess && (!added.Replayed || await keys.IsInForceAsync(key));
        return Reply.Created(added.Map(view => new AddedKeyResponse(
            view.Id, view.Name, ApiKey.PublicPart(account, view.Id), view.CreatedAt, view.ExpiresAt, view.RevokedAt,
            mine ? key.ToString() : null)));
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
