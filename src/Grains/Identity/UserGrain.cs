using Orleans.Concurrency;
using Platform.Grains.Access;
using Platform.Grains.Engine.Entities;
using Platform.Identity;

namespace Platform.Grains.Identity;

/// <summary>A user, with sessions and credentials: one thread decides all of it. What changes access is signalled to this process at once.</summary>
[GrainType("user"), Reentrant]
internal sealed class UserGrain(UserDefinition definition, EntityServices services, AccessSignal access)
    : EntityGrain<UserState, UserEvent>(definition, services), IUserGrain, IUserSessionsGrain, IUserCredentialsGrain, IUserMfaGrain
{
    public Task<Result<UserView>> RegisterAsync(RegisterUser command) =>
        ExecuteAsync(command, (state, context) => UserDecisions.Register(state, command, context), UserDefinition.View);

    public Task<Result<UserView>> InviteAsync(InviteUser command) =>
        ExecuteAsync(command, (state, context) => UserDecisions.Invite(state, command, context), UserDefinition.View);

    public Task<Result<UserView>> UpdateProfileAsync(UpdateProfile command) =>
        ExecuteAsync(command, (state, context) => UserDecisions.UpdateProfile(state, command, context), UserDefinition.View);

    public Task<Result<UserView>> DisableAsync(DisableUser command) =>
        SignalAsync(ExecuteAsync(command, (state, context) => UserDecisions.Disable(state, command, context), UserDefinition.View));

    public Task<Result<UserView>> EnableAsync(EnableUser command) =>
        SignalAsync(ExecuteAsync(command, (state, context) => UserDecisions.Enable(state, command, context), UserDefinition.View));

    public Task<Result<UserView>> SetGrantsAsync(SetGrants command) =>
        SignalAsync(ExecuteAsync(command, (state, context) => UserDecisions.SetGrants(state, command, context), UserDefinition.View));

    public Task<Result<UserView>> SetTierAsync(SetTier command) =>
        SignalAsync(ExecuteAsync(command, (state, context) => UserDecisions.SetTier(state, command, context), UserDefinition.View));

    public Task<Result<UserView>> GetAsync() =>
        ReadAsync<UserView>((state, _) => state.Exists ? state.ToView(Key) : CommonErrors.NotFound("user"));

    public Task<Result<UserAccess>> GetAccessAsync() =>
        ReadAsync<UserAccess>((state, _) => state.Exists ? state.ToAccess(Time.GetUtcNow()) : CommonErrors.NotFound("user"));

    public Task<Result<SessionView>> StartAsync(StartSession command) =>
        SignalAsync(ExecuteAsync(command, (state, context) => SessionDecisions.Start(state, command, context), UserDefinition.Started));

    public Task<Result<Refreshed>> RefreshAsync(RefreshSession command) => SignalReuseAsync(
        ExecuteAsync(command, (state, context) => SessionDecisions.Refresh(state, command, context), UserDefinition.Refreshed(command.SessionId)));

    public Task<Result<SessionsEnded>> EndAsync(EndSession command) =>
        SignalAsync(ExecuteAsync(command, (state, context) => SessionDecisions.End(state, command, context), UserDefinition.Ended));

    public Task<Result<SessionsEnded>> EndAllAsync(EndAllSessions command) =>
        SignalAsync(ExecuteAsync(command, (state, context) => SessionDecisions.EndAll(state, command, context), UserDefinition.Ended));

    public Task<Result<SessionList>> ListAsync() => ReadAsync<SessionList>((state, _) => new SessionList(
        [.. state.Sessions.Values.Where(session => session.IsAlive(Time.GetUtcNow())).OrderByDescending(session => session.StartedAt)
            .Select(session => session.ToView())]));

    Task<Result<UserCredentials>> IUserCredentialsGrain.GetAsync() => ReadAsync<UserCredentials>((state, _) => state.Exists
        ? new UserCredentials(state.PasswordHash, state.Tier, state.Status, state.Email, state.Mfa.Enabled)
        : CommonErrors.NotFound("user"));

    public Task<Result<CredentialChange>> ChangePasswordAsync(ChangePassword command) =>
        SignalAsync(ExecuteAsync(command, (state, context) => CredentialDecisions.ChangePassword(state, command, context), UserDefinition.Credentials));

    public Task<Result<CredentialChange>> RehashPasswordAsync(RehashPassword command) =>
        ExecuteAsync(command, (state, context) => CredentialDecisions.RehashPassword(state, command, context), UserDefinition.Credentials);

    public Task<Result<CredentialChange>> IssueTokenAsync(IssueMailToken command) =>
        ExecuteAsync(command, (state, context) => CredentialDecisions.IssueToken(state, command, context), UserDefinition.Credentials);

    public Task<Result<CredentialChange>> CheckTokenAsync(MailTokenPurpose purpose, Digest tokenHash) =>
        ReadAsync((state, _) => CredentialDecisions.CheckToken(state, Key, purpose, tokenHash, Time.GetUtcNow()));

    public Task<Result<CredentialChange>> RedeemPasswordAsync(RedeemPassword command) =>
        SignalAsync(ExecuteAsync(command, (state, context) => CredentialDecisions.RedeemPassword(state, command, context), UserDefinition.Credentials));

    public Task<Result<CredentialChange>> RedeemEmailAsync(RedeemEmail command) =>
        SignalAsync(ExecuteAsync(command, (state, context) => CredentialDecisions.RedeemEmail(state, command, context), UserDefinition.Credentials));

    Task<Result<MfaView>> IUserMfaGrain.GetAsync() =>
        ReadAsync<MfaView>((state, _) => state.Exists ? state.Mfa.ToView(Time.GetUtcNow()) : CommonErrors.NotFound("user"));

    public Task<Result<MfaView>> BeginTotpAsync(BeginTotp command) =>
        ExecuteAsync(command, (state, context) => MfaDecisions.BeginTotp(state, command, context), UserDefinition.SecondFactor);

    public Task<Result<MfaChange>> ConfirmTotpAsync(ConfirmTotp command) =>
        SignalAsync(ExecuteAsync(command, (state, context) => MfaDecisions.ConfirmTotp(state, command, context), UserDefinition.SecondFactorChange));

    public Task<Result<MfaChange>> RemoveAsync(RemoveMfa command) =>
        SignalAsync(ExecuteAsync(command, (state, context) => MfaDecisions.Remove(state, command, context), UserDefinition.SecondFactorChange));

    public Task<Result<MfaView>> ReplaceRecoveryCodesAsync(ReplaceRecoveryCodes command) =>
        ExecuteAsync(command, (state, context) => MfaDecisions.ReplaceRecoveryCodes(state, command, context), UserDefinition.SecondFactor);

    public Task<Result<MfaView>> IssueTicketAsync(IssueMfaTicket command) =>
        ExecuteAsync(command, (state, context) => MfaDecisions.IssueTicket(state, command, context), UserDefinition.SecondFactor);

    public Task<Result<MfaView>> CheckTicketAsync(Guid ticketId, Digest ticketHash) =>
        ReadAsync((state, _) => MfaDecisions.CheckTicket(state, ticketId, ticketHash, Time.GetUtcNow()));

    public Task<Result<MfaAnswer>> RedeemTicketAsync(RedeemMfaTicket command) =>
        SignalAsync(ExecuteAsync(command, (state, context) => MfaDecisions.RedeemTicket(state, command, context), UserDefinition.SignedIn));

    public Task<Result<MfaAnswer>> ProveAsync(ProveSecondFactor command) =>
        ExecuteAsync(command, (state, context) => MfaDecisions.Prove(state, command, context), UserDefinition.Proved(command.SessionId));

    private async Task<Result<T>> SignalAsync<T>(Task<Result<T>> command)
    {
        var result = await command;
        if (result.IsSuccess)
        {
            access.Raise(Key);
        }

        return result;
    }

    // A refresh leaves the session as alive as it was; a reused token does not.
    private async Task<Result<Refreshed>> SignalReuseAsync(Task<Result<Refreshed>> command)
    {
        var result = await command;
        if (result is { IsSuccess: true, Value.Session: null })
        {
            access.Raise(Key);
        }

        return result;
    }
}
