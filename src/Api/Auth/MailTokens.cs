using Platform.Api.Common;
using Platform.Api.Mail;
using Platform.Identity;

namespace Platform.Api.Auth;

/// <summary>A token that is mailed: what for, for whom, and 256 random bits. Only the SHA-256 of those is stored.</summary>
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
        return CredentialText.TryDecode(Prefix, text, bytes) && bytes[0] <= (byte)MailTokenPurpose.EmailChange
            ? new MailToken((MailTokenPurpose)bytes[0], CredentialText.ReadKey(bytes[1..]), bytes[33..].ToArray())
            : null;
    }
}

/// <summary>Issues tokens and mails them.</summary>
public sealed class MailTokens(EntityGrains grains, Mailer mailer, TimeProvider time)
{
    /// <summary>Issues a token to a user and mails it; silently nothing where the user may not have one. NewEmail is where it goes if not to the user's address; the actor is the user unless another is named.</summary>
    public async Task SendAsync(EntityKey user, MailTokenPurpose purpose, string? newEmail = null, Origin? origin = null, Guid? actorId = null)
    {
        Caller.Set(user.OrganisationId);
        var token = MailToken.New(purpose, user);
        var command = new IssueMailToken(new CommandContext(user.OrganisationId, actorId ?? user.Id, OperationId.Fresh(time), origin), purpose, token.Hash, newEmail);
        var issued = await GrainCalls.CallAsync(grains.Credentials(user), command, static (grain, command) => grain.IssueTokenAsync(command));
        if (issued.IsSuccess)
        {
            Send(token, issued.Value.User.DisplayName, newEmail ?? issued.Value.User.Email);
        }
        else if (issued.Error.Kind == ErrorKind.Unavailable)
        {
            throw new ProblemException(Problems.From(issued.Error));
        }
    }

    /// <summary>Mails a token that was issued already.</summary>
    public void Send(MailToken token, string name, string to) => mailer.Send(Letters.Of(token, name, to));
}
