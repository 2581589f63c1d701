using Platform.Api.Http;
using Platform.Api.Mail;
using Platform.Grains.Engine.Registration;
using Platform.Identity;

namespace Platform.Api.Identity.Letters;

/// <summary>Tells users by letter what happened to their accounts.</summary>
[Singleton]
public sealed class Notices(EntityGrains grains, Mailer mailer)
{
    /// <summary>Sends the user a letter. What happened has happened: where the user cannot be read there is none.</summary>
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
