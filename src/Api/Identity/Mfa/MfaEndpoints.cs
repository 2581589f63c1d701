using Microsoft.Extensions.Options;
using Platform.Api.Http;
using Platform.Api.Identity.Letters;
using Platform.Api.Mail;
using Platform.Api.Security;
using Platform.Api.Security.Access;
using Platform.Api.Security.Audit;
using Platform.Api.Security.Tokens;
using Platform.Identity;

namespace Platform.Api.Identity.Mfa;

/// <summary>Setting up a second factor and removing it. Each change needs a recent proof of identity (ASVS 7.5.1).</summary>
public static class MfaEndpoints
{
    public static void MapMfa(this RouteGroupBuilder auth)
    {
        auth.MapMfaSignIn();
        var mfa = auth.MapGroup("/mfa");
        mfa.MapGet("", GetAsync).Describe("Whether the caller has a second factor.").Answers<MfaResponse>(200).ForAnyUser().EvenWithoutMfa();
        mfa.MapPost("/totp", BeginAsync).Describe("Begins to set up one-time codes: the secret for an authenticator app, shown once.")
            .Answers<TotpResponse>(200).Refuses(409).ForAnyUser().NeedsStepUp().EvenWithoutMfa();
        mfa.MapPost("/totp/confirm", ConfirmAsync).Describe("Puts one-time codes in force by a first code, and answers the recovery codes, once. Other sessions end.")
            .Answers<RecoveryCodesResponse>(200).Refuses(409).ForAnyUser().EvenWithoutMfa();
        mfa.MapDelete("/totp", RemoveOwnAsync).Describe("Removes the second factor. Other sessions end.")
            .Answers(204).Refuses(409).ForAnyUser().NeedsStepUp().EvenWithoutMfa();
        mfa.MapPost("/recovery-codes", RenewAsync).Describe("New recovery codes, shown once; the old ones are void.")
            .Answers<RecoveryCodesResponse>(200).Refuses(409).ForAnyUser().NeedsStepUp().EvenWithoutMfa();
    }

    private static async Task<IResult> GetAsync(HttpContext http, EntityGrains grains)
    {
        var mfa = await grains.Of<IUserMfaGrain>(SignedIn.Of(http).Key).AskAsync(static grain => grain.GetAsync());
        return mfa.IsSuccess ? Reply.Ok(new MfaResponse(mfa.Value.Enabled, mfa.Value.RecoveryCodesLeft)) : Reply.Refused(mfa);
    }

    private static async Task<IResult> BeginAsync(HttpContext http, EntityGrains grains, MfaCodes codes, IOptions<TokenOptions> options, TimeProvider time)
    {
        var (caller, context) = CallerOf(http, "mfa/totp", time);
        var grain = grains.Of<IUserMfaGrain>(caller.Key);
        var user = await grains.Of<IUserCredentialsGrain>(caller.Key).AskAsync(static grain => grain.GetAsync());
        var before = await grain.AskAsync(static grain => grain.GetAsync());
        if (!user.IsSuccess || !before.IsSuccess)
        {
            return user.IsSuccess ? Reply.Refused(before) : Reply.Refused(user);
        }

        var (id, seed) = await codes.NewSeedAsync(caller.Key, http.RequestAborted);
        var begun = await grain.AskAsync(new BeginTotp(context, id), static (grain, command) => grain.BeginTotpAsync(command));
        if (!begun.IsSuccess)
        {
            await codes.DropAsync(caller.Key, id);
            return Reply.Refused(begun);
        }

        if (before.Value.PendingSeedId is { } superseded)
        {
            await codes.DropAsync(caller.Key, superseded);
        }

        return Reply.Ok(new TotpResponse(Base32.Encode(seed), Totp.UriOf(seed, options.Value.Issuer, user.Value.Email)));
    }

    private static async Task<IResult> ConfirmAsync(
        Body<ConfirmTotpRequest> body, HttpContext http, EntityGrains grains, MfaCodes codes, AccessCache access, Mailer mailer,
        AuditTrail audit, TimeProvider time)
    {
        var (caller, context) = CallerOf(http, "mfa/totp/confirm", time);
        var grain = grains.Of<IUserMfaGrain>(caller.Key);
        var before = await grain.AskAsync(static grain => grain.GetAsync());
        if (!before.IsSuccess)
        {
            return Reply.Refused(before);
        }

        var recovery = RecoveryCodes.NewSet();
        var proof = await codes.ReadAsync(caller.Key, before.Value.PendingSeedId, body.Value.Code, http.RequestAborted);
        var command = new ConfirmTotp(context, caller.Token.SessionId, proof, RecoveryCodes.HashesOf(recovery));
        var confirmed = await grain.AskAsync(command, static (grain, command) => grain.ConfirmTotpAsync(command));
        access.Forget(caller.Key);
        if (!confirmed.IsSuccess)
        {
            if (confirmed.Error.Code == IdentityErrors.InvalidCode.Code)
            {
                await audit.CodeRefusedAsync(http, caller, confirmed.Error.Code); // The entity has not recorded it: nothing was in force yet.
            }

            return Reply.Refused(confirmed);
        }

        mailer.Send(AccountLetters.SecondFactor(confirmed.Value.User));
        return Reply.Ok(new RecoveryCodesResponse(recovery));
    }

    private static async Task<IResult> RemoveOwnAsync(HttpContext http, EntityGrains grains, MfaCodes codes, AccessCache access, Mailer mailer, TimeProvider time)
    {
        var (caller, context) = CallerOf(http, "mfa/totp/remove", time);
        var removed = await RemoveAsync(caller.Key, new RemoveMfa(context, caller.Token.SessionId), grains, codes, access, mailer);
        return Reply.NoContent(removed);
    }

    /// <summary>Removes the second factor of a user and the seed with it, and tells the user.</summary>
    public static async Task<Result<MfaChange>> RemoveAsync(
        EntityKey user, RemoveMfa command, EntityGrains grains, MfaCodes codes, AccessCache access, Mailer mailer)
    {
        var removed = await grains.Of<IUserMfaGrain>(user).AskAsync(command, static (grain, command) => grain.RemoveAsync(command));
        access.Forget(user);
        if (removed.IsSuccess)
        {
            await codes.DropAsync(user, removed.Value.DroppedSeeds);
            mailer.Send(AccountLetters.SecondFactor(removed.Value.User));
        }

        return removed;
    }

    private static async Task<IResult> RenewAsync(HttpContext http, EntityGrains grains, TimeProvider time)
    {
        var (caller, context) = CallerOf(http, "mfa/recovery-codes", time);
        var recovery = RecoveryCodes.NewSet();
        var command = new ReplaceRecoveryCodes(context, RecoveryCodes.HashesOf(recovery));
        var replaced = await grains.Of<IUserMfaGrain>(caller.Key).AskAsync(command, static (grain, command) => grain.ReplaceRecoveryCodesAsync(command));
        return replaced.IsSuccess ? Reply.Ok(new RecoveryCodesResponse(recovery)) : Reply.Refused(replaced);
    }

    // A key is checked and not used: what is shown once is not stored, so that it could not be shown again.
    private static (SignedIn Caller, CommandContext Context) CallerOf(HttpContext http, string scope, TimeProvider time)
    {
        var caller = SignedIn.Of(http);
        return (caller, Operation.Context(http, caller, scope, caller.UserId, time, required: false) with { Operation = OperationId.Fresh(time) });
    }
}
