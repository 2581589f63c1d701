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

/// <summary>Sets up and removes a second factor. Each change needs a recent proof of identity (ASVS 7.5.1).</summary>
public static class MfaEndpoints
{
    public static void MapMfa(this RouteGroupBuilder auth)
    {
        auth.MapMfaSignIn();
        var mfa = auth.MapGroup("/mfa");
        mfa.MapGet("", GetAsync).Describe("Returns whether the caller has a second factor.")
            .Answers<MfaResponse>(200).ForAnyUser().EvenWithoutMfa();
        mfa.MapPost("/totp", BeginAsync).Describe("Starts the setup of one-time codes. Returns the secret for an authenticator app, once.")
            .Answers<TotpResponse>(200).Refuses(409).ForAnyUser().NeedsStepUp().EvenWithoutMfa();
        mfa.MapPost("/totp/confirm", ConfirmAsync)
            .Describe("Activates one-time codes with a first code. Returns the recovery codes, once. Other sessions end.")
            .Answers<RecoveryCodesResponse>(200).Refuses(409).ForAnyUser().EvenWithoutMfa();
        mfa.MapDelete("/totp", RemoveOwnAsync).Describe("Removes the second factor. Other sessions end.")
            .Answers(204).Refuses(409).ForAnyUser().NeedsStepUp().EvenWithoutMfa();
        mfa.MapPost("/recovery-codes", RenewAsync)
            .Describe("Replaces the recovery codes. Returns the new ones, once; the old ones become void.")
            .Answers<RecoveryCodesResponse>(200).Refuses(409).ForAnyUser().NeedsStepUp().EvenWithoutMfa();
    }

    private static async Task<IResult> GetAsync(Call call)
    {
        var mfa = await call.Grain<IUserMfaGrain>(call.UserId).AskAsync(static grain => grain.GetAsync());
        return mfa.IsSuccess ? Reply.Ok(new MfaResponse(mfa.Value.Enabled, mfa.Value.RecoveryCodesLeft)) : Reply.Refused(mfa);
    }

    private static async Task<IResult> BeginAsync(Call call, MfaCodes codes, IOptions<TokenOptions> options)
    {
        var (key, context) = (call.Caller.Key, call.FreshContext());
        var grain = call.Grain<IUserMfaGrain>(key);
        var user = await call.Grain<IUserCredentialsGrain>(key).AskAsync(static grain => grain.GetAsync());
        var before = await grain.AskAsync(static grain => grain.GetAsync());
        if (!user.IsSuccess || !before.IsSuccess)
        {
            return user.IsSuccess ? Reply.Refused(before) : Reply.Refused(user);
        }

        var (id, seed) = await codes.NewSeedAsync(key, call.Aborted);
        var begun = await grain.AskAsync(new BeginTotp(context, id), static (grain, command) => grain.BeginTotpAsync(command));
        if (!begun.IsSuccess)
        {
            await codes.DeleteSeedsAsync(key, id);
            return Reply.Refused(begun);
        }

        if (before.Value.PendingSeedId is { } superseded)
        {
            await codes.DeleteSeedsAsync(key, superseded);
        }

        return Reply.Ok(new TotpResponse(Base32.Encode(seed), Totp.UriOf(seed, options.Value.Issuer, user.Value.Email)));
    }

    private static async Task<IResult> ConfirmAsync(
        Body<ConfirmTotpRequest> body, Call call, MfaCodes codes, AccessCache access, Mailer mailer, AuditTrail audit)
    {
        var (key, context) = (call.Caller.Key, call.FreshContext());
        var grain = call.Grain<IUserMfaGrain>(key);
        var before = await grain.AskAsync(static grain => grain.GetAsync());
        if (!before.IsSuccess)
        {
            return Reply.Refused(before);
        }

        var recovery = RecoveryCodes.NewSet();
        var proof = await codes.MatchAsync(key, before.Value.PendingSeedId, body.Value.Code, call.Aborted);
        var command = new ConfirmTotp(context, call.Caller.Token.SessionId, proof, RecoveryCodes.HashesOf(recovery));
        var confirmed = await grain.AskAsync(command, static (grain, command) => grain.ConfirmTotpAsync(command));
        access.Forget(key);
        if (!confirmed.IsSuccess)
        {
            if (confirmed.Error.Code == IdentityErrors.InvalidCode.Code)
            {
                // The entity does not record this, because the factor is not active yet.
                await audit.CodeRefusedAsync(call, confirmed.Error.Code);
            }

            return Reply.Refused(confirmed);
        }

        mailer.Send(AccountLetters.SecondFactor(confirmed.Value.User));
        return Reply.Ok(new RecoveryCodesResponse(recovery));
    }

    private static async Task<IResult> RemoveOwnAsync(Call call, MfaRemoval removal) =>
        Reply.NoContent(await removal.RemoveAsync(call.Caller.Key, new RemoveMfa(call.FreshContext(), call.Caller.Token.SessionId)));

    private static async Task<IResult> RenewAsync(Call call)
    {
        var recovery = RecoveryCodes.NewSet();
        var command = new ReplaceRecoveryCodes(call.FreshContext(), RecoveryCodes.HashesOf(recovery));
        var replaced = await call.Grain<IUserMfaGrain>(call.UserId)
            .AskAsync(command, static (grain, command) => grain.ReplaceRecoveryCodesAsync(command));
        return replaced.IsSuccess ? Reply.Ok(new RecoveryCodesResponse(recovery)) : Reply.Refused(replaced);
    }
}
