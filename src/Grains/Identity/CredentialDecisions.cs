using Platform.Grains.Engine.Entities;
using Platform.Identity;

namespace Platform.Grains.Identity;

/// <summary>
/// Decides about passwords and mailed tokens. A mailed token works once; using it voids the other tokens of its purpose. Pure.
/// </summary>
public static class CredentialDecisions
{
    public static Decision<UserEvent> ChangePassword(UserState state, ChangePassword command, DecisionContext _) =>
        state.Status != UserStatus.Active || !state.Exists ? IdentityErrors.NotActive
        : !state.HasPassword ? IdentityErrors.NoLocalPassword
        : new PasswordChanged(command.PasswordHash);

    public static Decision<UserEvent> RehashPassword(UserState state, RehashPassword command, DecisionContext _) =>
        state.Exists && state.PasswordHash == command.Verified
            ? new PasswordRehashed(command.PasswordHash)
            : IdentityErrors.NotActive;

    public static Decision<UserEvent> IssueToken(UserState state, IssueMailToken command, DecisionContext context)
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

        return new MailTokenIssued(command.Purpose, command.TokenHash, context.Now + LifetimeOf(command.Purpose), newEmail);
    }

    /// <summary>Returns what the token would do, without using it up.</summary>
    public static Result<CredentialChange> CheckToken(
        UserState state, EntityKey key, MailTokenPurpose purpose, Digest hash, DateTimeOffset now) =>
        Find(state, purpose, hash, now) is { } token
            ? new CredentialChange(state.ToView(key), state.Email, token.NewEmail)
            : IdentityErrors.InvalidToken;

    public static Decision<UserEvent> RedeemPassword(UserState state, RedeemPassword command, DecisionContext context)
    {
        if (Find(state, command.Purpose, command.TokenHash, context.Now) is null)
        {
            return IdentityErrors.InvalidToken;
        }

        switch (command.Purpose)
        {
            case MailTokenPurpose.Invitation when command.DisplayName is null || Text.IsName(command.DisplayName):
                return new InvitationAccepted(
                    command.PasswordHash, command.DisplayName is null ? state.DisplayName : Text.NameOf(command.DisplayName));
            case MailTokenPurpose.Invitation:
                return IdentityErrors.InvalidDisplayName;
            case MailTokenPurpose.PasswordReset when state.HasPassword:
                // A user who received the letter controls the address.
                UserEvent[] confirmed = state.EmailVerified ? [] : [new EmailConfirmed()];
                UserEvent[] reset = [new PasswordChanged(command.PasswordHash), .. confirmed];
                return reset;
            default:
                return IdentityErrors.InvalidToken;
        }
    }

    public static Decision<UserEvent> RedeemEmail(UserState state, RedeemEmail command, DecisionContext context) =>
        (Find(state, command.Purpose, command.TokenHash, context.Now), command.Purpose) switch
        {
            ({ }, MailTokenPurpose.EmailVerification) => new EmailConfirmed(),
            ({ NewEmail: { } email }, MailTokenPurpose.EmailChange) => new EmailChanged(email),
            ({ }, MailTokenPurpose.AddressRelease) => new AddressReleased(PlaceholderAddress.Of(context.Key)),
            _ => IdentityErrors.InvalidToken,
        };

    private static TimeSpan LifetimeOf(MailTokenPurpose purpose) => purpose switch
    {
        MailTokenPurpose.Invitation => UserDecisions.InvitationLifetime,
        MailTokenPurpose.PasswordReset => TimeSpan.FromMinutes(30),
        _ => TimeSpan.FromDays(1),
    };

    // An unverified address can be released whatever the user's status. A super admin keeps theirs, because nobody could restore it.
    private static bool MayHave(UserState state, MailTokenPurpose purpose) => purpose switch
    {
        MailTokenPurpose.Invitation => state.Status == UserStatus.Invited,
        MailTokenPurpose.AddressRelease => !state.EmailVerified && state.Tier != UserTier.SuperAdmin,
        _ => state.Status == UserStatus.Active,
    };

    private static MailToken? Find(UserState state, MailTokenPurpose purpose, Digest hash, DateTimeOffset now) => MayHave(state, purpose)
        ? state.MailTokens.Of(purpose).LastOrDefault(token => token.ExpiresAt > now && token.Hash.Matches(hash))
        : null;
}
