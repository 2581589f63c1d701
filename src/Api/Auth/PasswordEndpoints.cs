using Platform.Api.Access;
using Platform.Api.Audit;
using Platform.Api.Auth.Mfa;
using Platform.Api.Common;
using Platform.Api.RateLimits;
using Platform.Identity;
using Platform.Organisations;

namespace Platform.Api.Auth;

/// <summary>Changing and resetting passwords, and accepting an invitation. Each ends every session, so that who knew the old password is out.</summary>
public static class PasswordEndpoints
{
    public static void MapPasswords(this RouteGroupBuilder auth)
    {
        auth.MapPost("/password/change", ChangeAsync).Describe("Sets a new password; every session ends, this one too.").Answers(204).Refuses(403, 409).ForAnyUser().EvenWhenSuspended().Revokes();
        auth.MapPost("/password/forgot", ForgotAsync).Describe("Mails a token to reset the password, if there is such an account.").Answers(204).AllowAnonymous();
        auth.MapPost("/password/reset", ResetAsync).Describe("Sets a new password by a mailed token.").Answers(204).Refuses(403).AllowAnonymous();
        auth.MapPost("/invitations/accept", AcceptAsync).Describe("Accepts an invitation by its mailed token and chooses a password.")
            .Answers<SignInResponse>(200).Refuses(403).AllowAnonymous();
    }

    private static async Task<IResult> ChangeAsync(
        Body<ChangePasswordRequest> body, HttpContext http, EntityGrains grains, Passwords passwords, PasswordGuesses guesses, AccessCache access, AuditTrail audit,
        SsoDemand demand, TimeProvider time)
    {
        var caller = SignedIn.Of(http);
        Operation.RequireValidKey(http);
        if (await demand.HoldsAsync(caller.OrganisationId))
        {
            return Problems.From(IdentityErrors.SsoRequired);
        }

        if ((await guesses.RefusalAsync(http, caller) ?? await passwords.ProvesAsync(grains, caller.Key, body.Value.CurrentPassword, http.RequestAborted)) is { } refusal)
        {
            await audit.ProofRefusedAsync(http, caller, refusal);
            return refusal;
        }

        var hash = await passwords.HashAsync(body.Value.NewPassword, http.RequestAborted);
        var command = new ChangePassword(new CommandContext(caller.OrganisationId, caller.UserId, OperationId.Fresh(time), RequestOrigin.Of(http)), hash);
        var changed = await GrainCalls.CallAsync(grains.Credentials(caller.Key), command, static (grain, command) => grain.ChangePasswordAsync(command));
        access.Forget(caller.Key);
        return Reply.NoContent(changed);
    }

    // The answer does not tell, by its time either, whether there is such an account: the rest happens after it.
    private static IResult ForgotAsync(Body<ForgotPasswordRequest> body, HttpContext http, Postponed postponed)
    {
        Operation.RequireValidKey(http);
        var (email, origin) = (body.Value.Email, RequestOrigin.Of(http, ActorKind.Anonymous));
        postponed.Run(async services =>
        {
            if (await services.GetRequiredService<LoginNames>().FindAsync(email) is { } owner &&
                !await services.GetRequiredService<SsoDemand>().HoldsAsync(owner.OrganisationId))
            {
                await services.GetRequiredService<MailTokens>().SendAsync(owner.Key, MailTokenPurpose.PasswordReset, origin: origin);
            }
        });
        return Reply.NoContent();
    }

    private static async Task<IResult> ResetAsync(
        Body<ResetPasswordRequest> body, HttpContext http, EntityGrains grains, Passwords passwords, AccessCache access, SsoDemand demand,
        TimeProvider time) =>
        Reply.NoContent(await RedeemAsync(MailTokenPurpose.PasswordReset, body.Value.Token, body.Value.NewPassword, null, http, grains, passwords, access, demand, time));

    private static async Task<IResult> AcceptAsync(
        Body<AcceptInvitationRequest> body, HttpContext http, EntityGrains grains, Passwords passwords, AccessCache access, SsoDemand demand, SignIn signIn,
        TimeProvider time)
    {
        var request = body.Value;
        var accepted = await RedeemAsync(
            MailTokenPurpose.Invitation, request.Token, request.Password, request.DisplayName, http, grains, passwords, access, demand, time);
        return accepted.IsSuccess
            ? await signIn.CompleteAsync(http, accepted.Value.User.OrganisationId, accepted.Value.User.Id, SignInMethods.Invitation)
            : Reply.Refused(accepted);
    }

    private static async Task<Result<CredentialChange>> RedeemAsync(
        MailTokenPurpose purpose, string text, string password, string? displayName, HttpContext http, EntityGrains grains, Passwords passwords,
        AccessCache access, SsoDemand demand, TimeProvider time)
    {
        Operation.RequireValidKey(http);
        if (MailToken.Parse(text) is not { } token || token.Purpose != purpose)
        {
            return IdentityErrors.InvalidToken;
        }

        // Looked at before the password is hashed: a flood of made-up tokens must not cost what a sign-in costs.
        Caller.Set(token.User.OrganisationId);
        var credentials = grains.Credentials(token.User);
        var known = await GrainCalls.CallAsync(credentials, grain => grain.CheckTokenAsync(purpose, token.Hash));
        if (!known.IsSuccess)
        {
            return known;
        }

        if (await demand.HoldsAsync(token.User.OrganisationId))
        {
            return IdentityErrors.SsoRequired;
        }

        if (purpose == MailTokenPurpose.Invitation &&
            (await access.GetOrganisationAsync(token.User.OrganisationId)).Organisation.Status == OrganisationStatus.Suspended)
        {
            return OrganisationErrors.Suspended;
        }

        var hash = await passwords.HashAsync(password, http.RequestAborted);
        var command = new RedeemPassword(
            new CommandContext(token.User.OrganisationId, token.User.Id, OperationId.Fresh(time), RequestOrigin.Of(http)), purpose, token.Hash, hash,
            displayName);
        var redeemed = await GrainCalls.CallAsync(credentials, command, static (grain, command) => grain.RedeemPasswordAsync(command));
        access.Forget(token.User);
        return redeemed;
    }
}
