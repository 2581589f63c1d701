using Platform.Api.Http;
using Platform.Grains.Engine.Registration;
using Platform.Identity;

namespace Platform.Api.Identity.Registration;

/// <summary>
/// Claims e-mail addresses for users in repeatable steps: an address is reserved first, and activated once the user exists.
/// </summary>
[Singleton]
public sealed class LoginNames(EntityGrains grains)
{
    /// <summary>
    /// Finds the owner of an address, in its current or an earlier form. Returns null if nobody has it, or it is not an address.
    /// </summary>
    public async Task<LoginOwner?> FindAsync(string email)
    {
        IEnumerable<string> forms = LoginName.TryNormalise(email, out var normalised)
            ? [normalised, .. LoginName.EarlierForms(email)]
            : LoginName.EarlierForms(email);
        foreach (var form in forms)
        {
            var owner = await FindFormAsync(form);
            if (owner.IsSuccess)
            {
                return owner.Value;
            }

            if (owner.Error.Kind != ErrorKind.NotFound)
            {
                throw new ProblemException(Problems.From(owner.Error));
            }
        }

        return null;
    }

    /// <summary>Reserves the address, or finds that the user already has it. A user who has it in an earlier form owns it too.</summary>
    public async Task<Result<LoginOwner>> ReserveAsync(string normalised, EntityKey user, OperationId operation)
    {
        var others = LoginName.TryNormalise(normalised, out var now) && now != normalised ? [now] : LoginName.EarlierForms(normalised);
        foreach (var form in others)
        {
            var other = await FindFormAsync(form);
            if (other.IsSuccess ? other.Value.UserId != user.Id : other.Error.Kind != ErrorKind.NotFound)
            {
                return other.IsSuccess ? IdentityErrors.EmailTaken : other;
            }
        }

        var owner = await FindFormAsync(normalised);
        if (owner.IsSuccess)
        {
            return owner.Value.UserId == user.Id ? owner : IdentityErrors.EmailTaken;
        }

        Caller.Set(Caller.Platform);
        return owner.Error.Kind != ErrorKind.NotFound
            ? owner
            : await Grain(normalised).AskAsync(
                new ReserveLoginName(Context(user, operation.Step("reserve")), user.OrganisationId, user.Id),
                static (login, command) => login.ReserveAsync(command));
    }

    public async Task<Result<LoginOwner>> ActivateAsync(string normalised, EntityKey user, OperationId operation)
    {
        Caller.Set(Caller.Platform);
        return await Grain(normalised).AskAsync(
            new ActivateLoginName(Context(user, operation.Step("activate")), user.Id),
            static (login, command) => login.ActivateAsync(command));
    }

    public async Task<Result<LoginOwner>> ReleaseAsync(string normalised, EntityKey user, OperationId operation)
    {
        Caller.Set(Caller.Platform);
        return await Grain(normalised).AskAsync(
            new ReleaseLoginName(Context(user, operation.Step("release")), user.Id),
            static (login, command) => login.ReleaseAsync(command));
    }

    private async Task<Result<LoginOwner>> FindFormAsync(string form)
    {
        Caller.Set(Caller.Platform);
        return await Grain(form).AskAsync(static grain => grain.FindAsync());
    }

    private ILoginNameGrain Grain(string form) => grains.Of<ILoginNameGrain>(LoginName.KeyOf(form));

    private static CommandContext Context(EntityKey user, OperationId operation) => new(Caller.Platform, user.Id, operation);
}
