using Platform.Grains.Engine.Registration;
using Platform.Identity;

namespace Platform.Api.Security;

/// <summary>
/// Who sends the requests by which a process warms up. They are known to this process alone, for as long as it warms up, and stored
/// nowhere; nobody can sign in as them.
/// </summary>
[Singleton]
public sealed class WarmUpCaller
{
    public static readonly EntityKey Key =
        new(Caller.Platform, OperationId.FromKey("first-start", "super-admin").NewId(DateTimeOffset.UnixEpoch, 4));

    private volatile UserAccess? _access;

    /// <summary>Lets the caller in by this session until <see cref="Leave"/>.</summary>
    public void Enter(LiveSession session) =>
        _access = new UserAccess(UserStatus.Active, UserTier.Individual, [], 0, [session], false, null, 0);

    public void Leave() => _access = null;

    /// <summary>What the caller may do; null for anybody else, and when nobody warms up.</summary>
    public UserAccess? AccessOf(EntityKey key) => key == Key ? _access : null;
}
