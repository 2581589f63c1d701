using Platform.Api.Http;
using Platform.Api.Mail;
using Platform.Api.Security.Tokens;
using Platform.Grains.Engine.Registration;
using Platform.Identity;
using Platform.Organisations;

namespace Platform.Api.Identity.Letters;

/// <summary>A mailed token: its purpose, its user, and 256 random bits, of which only the SHA-256 is stored.</summary>
public sealed record MailToken(MailTokenPurpose Purpose, EntityKey User, byte[] Secret)
{
    private const string Prefix = "pmt_";
    private const int Length = 1 + 32 + CredentialText.SecretLength;

    public Digest Hash => Digest.Of(Secret);

    public static MailToken New(MailTokenPurpose purpose, EntityKey user) => new(purpose, user, CredentialText.NewSecret());

    public override string ToString()
    {
        var bytes = new byte[Length];
        bytes[0] = (byte)Purpose;
        CredentialText.Write(User, bytes.AsSpan(1));
        Secret.CopyTo(bytes, 33);
        return CredentialText.Encode(Prefix, bytes);
    }

    public static MailToken? Parse(string text)
    {
        Span<byte> bytes = stackalloc byte[Length];
        return CredentialText.TryDecode(Prefix, text, bytes) && Enum.IsDefined((MailTokenPurpose)bytes[0])
            ? new MailToken((MailTokenPurpose)bytes[0], CredentialText.ReadKey(bytes[1..]), bytes[33..].ToArray())
            : null;
    }
}

/// <summary>
/// Issues tokens and mails them. The caller must have checked the limit of the address (<see cref="Security.RateLimits.LetterBound"/>).
/// </summary>
[Singleton]
public sealed class MailTokens(EntityGrains grains, Mailer mailer, LetterLinks links, TimeProvider time)
{
    /// <summary>
    /// Issues a token to a user and mails it to newEmail, or else to the user's address. Does nothing if the user may not have one. The
    /// actor is the user unless actorId is given.
    /// </summary>
    public async Task SendAsync(
        EntityKey user, MailTokenPurpose purpose, string? newEmail = null, Origin? origin = null, Guid? actorId = null)
    {
        Caller.Set(user.OrganisationId);
        var token = MailToken.New(purpose, user);
        var context = new CommandContext(user.OrganisationId, actorId ?? user.Id, OperationId.Fresh(time), origin);
        var command = new IssueMailToken(context, purpose, token.Hash, newEmail);
        var issued = await grains.Of<IUserCredentialsGrain>(user)
            .AskAsync(command, static (grain, command) => grain.IssueTokenAsync(command));
        if (issued.IsSuccess && purpose == MailTokenPurpose.Invitation)
        {
            await SendInvitationAsync(token, issued.Value.User.Email, actorId ?? user.Id);
        }
        else if (issued.IsSuccess)
        {
            mailer.Send(TokenLetters.Of(purpose, links.LineOf(token), newEmail ?? issued.Value.User.Email));
        }
        else if (issued.Error.Kind == ErrorKind.Unavailable)
        {
            throw new ProblemException(Problems.From(issued.Error));
        }
    }

    /// <summary>
    /// Mails an invitation that was already issued. The letter names the inviting user, if there is one, and the organisation.
    /// </summary>
    public async Task SendInvitationAsync(MailToken token, string to, Guid inviterId)
    {
        Caller.Set(token.User.OrganisationId);
        var inviter = await grains.Of<IUserGrain>(token.User.OrganisationId, inviterId).AskAsync(static grain => grain.GetAsync());
        var organisation = await grains.Of<IOrganisationGrain>(EntityKey.Of(token.User.OrganisationId))
            .AskAsync(static grain => grain.GetAsync());
        mailer.Send(TokenLetters.Of(token.Purpose, links.LineOf(token), to, inviter.Value?.DisplayName, organisation.Value?.Name));
    }
}
