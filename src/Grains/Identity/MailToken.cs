using System.Collections.Immutable;
using Platform.Identity;

namespace Platform.Grains.Identity;

/// <summary>A mailed token: its hash, and the new address if it confirms one.</summary>
public sealed record MailToken(Digest Hash, DateTimeOffset ExpiresAt, string? NewEmail);

/// <summary>
/// Decides which mailed tokens stay valid. A token depends on the address it was sent to, the password, the sessions and the user's
/// status; <see cref="EndedBy"/> lists what ends it. A change of roles ends no token: a token grants no role, and whoever redeems it
/// gets the roles that the user has by then.
/// </summary>
public static class MailTokenRules
{
    /// <summary>
    /// The number of tokens of one purpose that are valid at once. With only one, requesting a letter in another user's name would void
    /// the letter that the user just received.
    /// </summary>
    public const int MaxLive = 5;

    private static readonly MailTokenPurpose[] All = Enum.GetValues<MailTokenPurpose>();

    /// <summary>Adds a token and drops the oldest ones beyond the limit. Of changes of address, only the latest stays.</summary>
    public static ImmutableDictionary<MailTokenPurpose, IReadOnlyList<MailToken>> With(
        this ImmutableDictionary<MailTokenPurpose, IReadOnlyList<MailToken>> tokens, MailTokenPurpose purpose, MailToken token)
    {
        var kept = purpose == MailTokenPurpose.EmailChange ? 0 : MaxLive - 1;
        return tokens.SetItem(purpose, [.. tokens.Of(purpose).TakeLast(kept), token]);
    }

    public static IReadOnlyList<MailToken> Of(
        this ImmutableDictionary<MailTokenPurpose, IReadOnlyList<MailToken>> tokens, MailTokenPurpose purpose) =>
        tokens.TryGetValue(purpose, out var live) ? live : [];

    public static ImmutableDictionary<MailTokenPurpose, IReadOnlyList<MailToken>> After(
        this ImmutableDictionary<MailTokenPurpose, IReadOnlyList<MailToken>> tokens, UserEvent @event) =>
        tokens.RemoveRange(EndedBy(@event));

    /// <summary>The purposes whose tokens become invalid with this event.</summary>
    public static IReadOnlyList<MailTokenPurpose> EndedBy(UserEvent @event) => @event switch
    {
        // A reset is a password change too. Verification depends only on the address, so it stays valid. So does releasing the address:
        // a user who has not verified it must not be able to prevent that.
        PasswordChanged => [MailTokenPurpose.Invitation, MailTokenPurpose.PasswordReset, MailTokenPurpose.EmailChange],
        SessionsEndedAll => [MailTokenPurpose.PasswordReset, MailTokenPurpose.EmailChange],

        // A stolen session may have requested a change of address. An ordinary sign-out ends nothing.
        SessionEnded { Reason: SessionEnded.Reused } => [MailTokenPurpose.EmailChange],

        // A request made with one factor ends when the second factor is set up, as the session does.
        MfaEnabled or MfaRemoved => [MailTokenPurpose.EmailChange],
        UserDisabled =>
        [
            MailTokenPurpose.Invitation, MailTokenPurpose.PasswordReset, MailTokenPurpose.EmailVerification, MailTokenPurpose.EmailChange,
        ],
        EmailConfirmed => [MailTokenPurpose.EmailVerification, MailTokenPurpose.AddressRelease],
        InvitationAccepted or EmailChanged or AddressReleased => All,
        _ => [],
    };
}
