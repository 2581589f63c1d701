using Platform.Grains.Common;
using Platform.Grains.Common.Entities;
using Platform.Identity;

namespace Platform.Grains.Identity;

/// <summary>What a user accepts. Pure.</summary>
public static class UserDecisions
{
    public static Decision<UserEvent, UserView> Register(UserState state, RegisterUser command, DecisionContext context)
    {
        if (state.Email.Length > 0)
        {
            return CommonErrors.AlreadyExists("user");
        }

        if (!LoginName.TryNormalise(command.Email, out var email))
        {
            return IdentityErrors.InvalidEmail;
        }

        if (!Text.IsName(command.DisplayName))
        {
            return IdentityErrors.InvalidDisplayName;
        }

        var registered = new UserRegistered(email, command.DisplayName, command.Tier, command.PasswordHash, command.WalletId, context.Now);
        return Decision<UserEvent, UserView>.Accept(UserState.Apply(state, registered).ToView(context.Key, context.NextVersion), registered);
    }
}
