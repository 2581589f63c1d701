using Platform.Grains.Engine.Entities;
using Platform.Identity;

namespace Platform.Grains.Identity;

/// <summary>What passwords and mailed tokens are good for. A mailed token works once, and using it voids the others of its purpose. Pure.</summary>
public static class CredentialDecisions
{
    public static Decision<UserEvent, CredentialChange> ChangePassword(UserState state, ChangePassword command, DecisionContext context) =>
        state.Status != UserStatus.Active || !state.Exists ? IdentityErrors.NotActive
        : !state.HasPassword ? IdentityErrors.NoLocalPassword
        : Accept(state, context, new PasswordChanged(command.PasswordHash));

    public static Decision<UserEvent, CredentialChange> RehashPassword(UserState state, RehashPassword command, DecisionContext context) =>
        state.Exists && state.PasswordHash == command.Verified
            ? Accept(state, context, new PasswordRehashed(command.PasswordHash))
            : IdentityErrors.NotActive;

    public static Decision<UserEvent, CredentialChange> IssueToken(UserState state, IssueMailToken command, DecisionContext context)
    {
        if (!state.Exists || !MayHave(state, command.Purpose))
        {
            return command.Purpose == MailTokenPurpose.AddressRelease ? IdentityErrors.AddressVerified : IdentityErrors.NotActive;
        }

        if (command.Purpose == MailTokenPurpose.PasswordReset && !state.HasPassword)
        {
            return IdentityErrors.NoLocalPassword;
        }

        string? newEmail = null;
        if (command.Purpose == MailTokenPurpose.EmailChange && !LoginName.TryNormalise(command.NewEmail, out newEmail))
        {
            return IdentityErrors.InvalidEmail;
        }

        var issued = new MailTokenIssued(command.Purpose, command.TokenHash, context.Now + LifetimeOf(command.Purpose), newEmail);
        return Accept(state, context, issued);
    }

    /// <summary>What the token would do; nothing is spent.</summary>
    public static Result<CredentialChange> CheckToken(UserState state, EntityKey key, MailTokenPurpose purpose, Digest hash, DateTimeOffset now) =>
        Find(state, purpose, hash, now) is { } token
            ? new CredentialChange(state.ToView(key), state.Email, token.NewEmail)
            : IdentityErrors.InvalidToken;

    public static Decision<UserEvent, CredentialChange> RedeemPassword(UserState state, RedeemPassword command, DecisionContext context)
    {
        if (Find(state, command.Purpose, command.TokenHash, context.Now) is null)
        {
            return IdentityErrors.InvalidToken;
        }

        switch (command.Purpose)
        {
            case MailTokenPurpose.Invitation when command.DisplayName is null || Text.IsName(command.DisplayName):
                return Accept(state, context, new InvitationAccepted(command.PasswordHash, command.DisplayName is null ? state.DisplayName : Text.NameOf(command.DisplayName)));
            case MailTokenPurpose.Invitation:
                return IdentityErrors.InvalidDisplayName;
            case MailTokenPurpose.PasswordReset when state.HasPassword:
                // Whoever has the mail has the address.
                UserEvent[] reset = [new PasswordChanged(command.PasswordHash), .. state.EmailVerified ? Array.Empty<UserEvent>() : [new EmailConfirmed()]];
                return Accept(state, context, reset);
            default:
                return IdentityErrors.InvalidToken;
        }
    }

    public static Decision<UserEvent, CredentialChange> RedeemEmail(UserState state, RedeemEmail command, DecisionContext context) =>
        (Find(state, command.Purpose, command.TokenHash, context.Now), command.Purpose) switch
        {
            ({ }, MailTokenPurpose.EmailVerification) => Accept(state, context, new EmailConfirmed()),
            ({ NewEmail: { } email }, MailTokenPurpose.EmailChange) => Accept(state, context, new EmailChanged(email)),
            ({ }, MailTokenPurpose.AddressRelease) => Accept(state, context, new AddressReleased(NobodysAddress.Of(context.Key))),
            _ => IdentityErrors.InvalidToken,
        };

    private static TimeSpan LifetimeOf(MailTokenPurpose purpose) => purpose switch
    {
        MailTokenPurpose.Invitation => UserDecisions.InvitationLasts,
        MailTokenPurpose.PasswordReset => TimeSpan.FromMinutes(30),
        _ => TimeSpan.FromDays(1),
    };

    // An address is freed whatever the status of who holds it unverified. A super admin keeps theirs: nobody could give it back.
    private static bool MayHave(UserState state, MailTokenPurpose purpose) => purpose switch
    {
        MailTokenPurpose.Invitation => state.Status == UserStatus.Invited,
        MailTokenPurpose.AddressRelease => !state.EmailVerified && state.Tier != UserTier.SuperAdmin,
        _ => state.Status == UserStatus.Active,
    };

    private static MailToken? Find(UserState state, MailTokenPurpose purpose, Digest hash, DateTimeOffset now) => MayHave(state, purpose)
        ? state.MailTokens.Of(purpose).LastOrDefault(token => token.ExpiresAt > now && token.Hash.Matches(hash))
        : null;

    private static Decision<UserEvent, CredentialChange> Accept(UserState state, DecisionContext context, params UserEvent[] events)
    {
        var after = events.Aggregate(state, static (folded, @event) => folded.Apply(@event));
        return Decision<UserEvent, CredentialChange>.Accept(
            new CredentialChange(after.ToView(context.Key), after.Email == state.Email ? null : state.Email), events);
    }
}
