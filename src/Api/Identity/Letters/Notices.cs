using Platform.Api.Http;
using Platform.Api.Mail;
using Platform.Grains.Engine.Registration;
using Platform.Identity;

namespace Platform.Api.Identity.Letters;

/// <summary>Sends letters to users about their accounts.</summary>
[Singleton]
public sealed class Notices(EntityGrains grains, Mailer mailer)
{
    /// <summary>Sends the user a letter about something that has happened. Sends nothing if the user cannot be read.</summary>
    public async Task TellAsync(EntityKey user, Func<UserView, Letter> letter)
    {
        Caller.Set(user.OrganisationId);
        var found = await grains.Of<IUserGrain>(user).AskAsync(static grain => grain.GetAsync());
        if (found.IsSuccess)
        {
            mailer.Send(letter(found.Value));
        }
    }
}
