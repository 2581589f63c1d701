using Platform.Api.Common;
using Platform.Identity;

namespace Platform.Api.Auth;

/// <summary>Claims e-mail addresses for users, in steps that can be repeated: reserved first, activated when the user stands.</summary>
public sealed class LoginNames(EntityGrains grains)
{
    /// <summary>The owner of an address; null where nobody has it or it is none.</summary>
    public async Task<LoginOwner?> FindAsync(string email)
    {
        if (!LoginName.TryNormalise(email, out var normalised))
        {
            return null;
        }

        Caller.Set(Caller.Platform);
        var owner = await GrainCalls.CallAsync(grains.LoginName(normalised), static grain => grain.FindAsync());
        return owner.IsSuccess || owner.Error.Kind == ErrorKind.NotFound ? owner.Value : throw new ProblemException(Problems.From(owner.Error));
    }

    /// <summary>Reserves the address, or finds that the user has it already.</summary>
    public async Task<Result<LoginOwner>> ReserveAsync(string normalised, EntityKey user, OperationId operation)
    {
        Caller.Set(Caller.Platform);
        var login = grains.LoginName(normalised);
        var owner = await GrainCalls.CallAsync(login, static login => login.FindAsync());
        if (owner.IsSuccess)
        {
            return owner.Value.UserId == user.Id ? owner : IdentityErrors.EmailTaken;
        }

        return owner.Error.Kind != ErrorKind.NotFound
            ? owner
            : await GrainCalls.CallAsync(
                login, new ReserveLoginName(Context(user, operation.Step("reserve")), user.OrganisationId, user.Id),
                static (login, command) => login.ReserveAsync(command));
    }

    public async Task<Result<LoginOwner>> ActivateAsync(string normalised, EntityKey user, OperationId operation)
    {
        Caller.Set(Caller.Platform);
        return await GrainCalls.CallAsync(
            grains.LoginName(normalised), new ActivateLoginName(Context(user, operation.Step("activate")), user.Id),
            static (login, command) => login.ActivateAsync(command));
    }

    public async Task<Result<LoginOwner>> ReleaseAsync(string normalised, EntityKey user, OperationId operation)
    {
        Caller.Set(Caller.Platform);
        return await GrainCalls.CallAsync(
            grains.LoginName(normalised), new ReleaseLoginName(Context(user, operation.Step("release")), user.Id),
            static (login, command) => login.ReleaseAsync(command));
    }

    private static CommandContext Context(EntityKey user, OperationId operation) => new(Caller.Platform, user.Id, operation);
}
