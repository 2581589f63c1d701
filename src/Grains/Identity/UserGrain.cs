using Orleans.Concurrency;
using Platform.Grains.Access;
using Platform.Grains.Engine.Entities;
using Platform.Identity;

namespace Platform.Grains.Identity;

/// <summary>
/// A user with sessions and credentials, all decided by one thread. Changes of access are signalled to this process at once.
/// </summary>
[GrainType("user"), Reentrant]
internal sealed class UserGrain(UserDefinition definition, EntityServices services, AccessSignal access)
    : EntityGrain<UserState, UserEvent>(definition, services), IUserGrain, IUserSessionsGrain, IUserCredentialsGrain, IUserMfaGrain
{
    public Task<Result<UserView>> RegisterAsync(RegisterUser command) =>
        ExecuteAsync(command, UserDecisions.Register, UserDefinition.View);

    public Task<Result<UserView>> InviteAsync(InviteUser command) =>
        ExecuteAsync(command, UserDecisions.Invite, UserDefinition.View);

    public Task<Result<UserView>> UpdateProfileAsync(UpdateProfile command) =>
        ExecuteAsync(command, UserDecisions.UpdateProfile, UserDefinition.View);

    public Task<Result<UserView>> DisableAsync(DisableUser command) =>
        SignalAsync(ExecuteAsync(command, UserDecisions.Disable, UserDefinition.View));

    public Task<Result<UserView>> EnableAsync(EnableUser command) =>
        SignalAsync(ExecuteAsync(command, UserDecisions.Enable, UserDefinition.View));

    public Task<Result<UserView>> SetGrantsAsync(SetGrants command) =>
        SignalAsync(ExecuteAsync(command, UserDecisions.SetGrants, UserDefinition.View));

    public Task<Result<UserView>> SetTierAsync(SetTier command) =>
        SignalAsync(ExecuteAsync(command, UserDecisions.SetTier, UserDefinition.View));

    public Task<Result<UserView>> GetAsync() =>
        ReadAsync<UserView>((state, _) => state.Exists ? state.ToView(Key) : CommonErrors.NotFound("user"));

    public Task<Result<UserAccess>> GetAccessAsync() =>
        ReadAsync<UserAccess>((state, _) => state.Exists ? state.ToAccess(Time.GetUtcNow()) : CommonErrors.NotFound("user"));

    public Task<Result<SessionView>> StartAsync(StartSession command) =>
        SignalAsync(ExecuteAsync(command, SessionDecisions.Start, UserDefinition.Started));

    public Task<Result<Refreshed>> RefreshAsync(RefreshSession command) => SignalReuseAsync(
        ExecuteAsync(command, SessionDecisions.Refresh, UserDefinition.Refreshed(command.SessionId)));

    public Task<Result<SessionsEnded>> EndAsync(EndSession command) =>
        SignalAsync(ExecuteAsync(command, SessionDecisions.End, UserDefinition.Ended));

    public Task<Result<SessionsEnded>> EndAllAsync(EndAllSessions command) =>
        SignalAsync(ExecuteAsync(command, SessionDecisions.EndAll, UserDefinition.Ended));

    public Task<Result<SessionList>> ListAsync() => ReadAsync<SessionList>((state, _) => new SessionList(
        [.. state.Sessions.Values.Where(session => session.IsAlive(Time.GetUtcNow())).OrderByDescending(session => session.StartedAt)
            .Select(session => session.ToView())]));

    Task<Result<UserCredentials>> IUserCredentialsGrain.GetAsync() => ReadAsync<UserCredentials>((state, _) => state.Exists
        ? new UserCredentials(state.PasswordHash, state.Tier, state.Status, state.Email, state.Mfa.Enabled)
        : CommonErrors.NotFound("user"));

    public Task<Result<CredentialChange>> ChangePasswordAsync(ChangePassword command) =>
        SignalAsync(ExecuteAsync(command, CredentialDecisions.ChangePassword, UserDefinition.Credentials));

    public Task<Result<CredentialChange>> RehashPasswordAsync(RehashPassword command) =>
        ExecuteAsync(command, CredentialDecisions.RehashPassword, UserDefinition.Credentials);

    public Task<Result<CredentialChange>> IssueTokenAsync(IssueMailToken command) =>
        ExecuteAsync(command, CredentialDecisions.IssueToken, UserDefinition.Credentials);

    public Task<Result<CredentialChange>> CheckTokenAsync(MailTokenPurpose purpose, Digest tokenHash) =>
        ReadAsync((state, _) => CredentialDecisions.CheckToken(state, Key, purpose, tokenHash, Time.GetUtcNow()));

    public Task<Result<CredentialChange>> RedeemPasswordAsync(RedeemPassword command) =>
        SignalAsync(ExecuteAsync(command, CredentialDecisions.RedeemPassword, UserDefinition.Credentials));

    public Task<Result<CredentialChange>> RedeemEmailAsync(RedeemEmail command) =>
        SignalAsync(ExecuteAsync(command, CredentialDecisions.RedeemEmail, UserDefinition.Credentials));

    Task<Result<MfaView>> IUserMfaGrain.GetAsync() =>
        ReadAsync<MfaView>((state, _) => state.Exists ? state.Mfa.ToView(Time.GetUtcNow()) : CommonErrors.NotFound("user"));

    public Task<Result<MfaView>> BeginTotpAsync(BeginTotp command) =>
        ExecuteAsync(command, MfaDecisions.BeginTotp, UserDefinition.SecondFactor);

    public Task<Result<MfaChange>> ConfirmTotpAsync(ConfirmTotp command) =>
        SignalAsync(ExecuteAsync(command, MfaDecisions.ConfirmTotp, UserDefinition.SecondFactorChange));

    public Task<Result<MfaChange>> RemoveAsync(RemoveMfa command) =>
        SignalAsync(ExecuteAsync(command, MfaDecisions.Remove, UserDefinition.SecondFactorChange));

    public Task<Result<MfaView>> ReplaceRecoveryCodesAsync(ReplaceRecoveryCodes command) =>
        ExecuteAsync(command, MfaDecisions.ReplaceRecoveryCodes, UserDefinition.SecondFactor);

    public Task<Result<MfaView>> IssueTicketAsync(IssueMfaTicket command) =>
        ExecuteAsync(command, MfaDecisions.IssueTicket, UserDefinition.SecondFactor);

    public Task<Result<MfaView>> CheckTicketAsync(Guid ticketId, Digest ticketHash) =>
        ReadAsync((state, _) => MfaDecisions.CheckTicket(state, ticketId, ticketHash, Time.GetUtcNow()));

    public Task<Result<MfaAnswer>> RedeemTicketAsync(RedeemMfaTicket command) =>
        SignalAsync(ExecuteAsync(command, MfaDecisions.RedeemTicket, UserDefinition.SignedIn));

    public Task<Result<MfaAnswer>> ProveAsync(ProveSecondFactor command) =>
        ExecuteAsync(command, MfaDecisions.Prove, UserDefinition.Proved(command.SessionId));

    private Task<Result<T>> SignalAsync<T>(Task<Result<T>> command) => access.AfterAsync(command, Key);

    // An ordinary refresh does not change access; a reused token ends the session.
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
