using System.Collections.Immutable;
using Platform.Identity;

namespace Platform.Grains.Identity;

/// <summary>A token that was mailed: the hash of it, and the new address where it is about one.</summary>
public sealed record MailToken(Digest Hash, DateTimeOffset ExpiresAt, string? NewEmail);

/// <summary>
/// Which mailed tokens are alive. A token ends with what it stands on: the address it was sent to, the password, the sessions, the status
/// of the user. <see cref="EndedBy"/> is the one place that says so. A change of roles ends none: no token gives a role, and whoever
/// redeems one gets the roles that the user has by then.
/// </summary>
public static class MailTokenRules
{
    /// <summary>
    /// So many of one purpose are good at once. Were it one, whoever asks for a letter in another's name would void the letter that the
    /// other one just got.
    /// </summary>
    public const int MaxLive = 5;

    private static readonly MailTokenPurpose[] All = Enum.GetValues<MailTokenPurpose>();

    /// <summary>With a new token; the oldest go where there are too many. Of addresses to move to, only the latest is wanted.</summary>
    public static ImmutableDictionary<MailTokenPurpose, IReadOnlyList<MailToken>> With(
        this ImmutableDictionary<MailTokenPurpose, IReadOnlyList<MailToken>> tokens, MailTokenPurpose purpose, MailToken token)
    {
        var kept = purpose == MailTokenPurpose.EmailChange ? 0 : MaxLive - 1;
        return tokens.SetItem(purpose, [.. tokens.Of(purpose).TakeLast(kept), token]);
    }

    public static IReadOnlyList<MailToken> Of(this ImmutableDictionary<MailTokenPurpose, IReadOnlyList<MailToken>> tokens, MailTokenPurpose purpose) =>
        tokens.TryGetValue(purpose, out var live) ? live : [];

    public static ImmutableDictionary<MailTokenPurpose, IReadOnlyList<MailToken>> After(
        this ImmutableDictionary<MailTokenPurpose, IReadOnlyList<MailToken>> tokens, UserEvent @event) => tokens.RemoveRange(EndedBy(@event));

    /// <summary>The purposes whose tokens end with this event.</summary>
    public static IReadOnlyList<MailTokenPurpose> EndedBy(UserEvent @event) => @event switch
    {
        // A reset is such a change too. Verifying goes on: it stands on the address alone. So does freeing the address, which somebody who
        // holds it unverified must not be able to prevent.
        PasswordChanged => [MailTokenPurpose.Invitation, MailTokenPurpose.PasswordReset, MailTokenPurpose.EmailChange],
        SessionsEndedAll => [MailTokenPurpose.PasswordReset, MailTokenPurpose.EmailChange],

        // A stolen session may have asked for another address. Where the user signs out of one place, nothing was stolen.
        SessionEnded { Reason: SessionEnded.Reused } => [MailTokenPurpose.EmailChange],

        // What a session asked for with one factor does not outlast the second, as the session does not.
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
