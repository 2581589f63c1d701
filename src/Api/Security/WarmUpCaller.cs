using Platform.Grains.Engine.Registration;
using Platform.Identity;

namespace Platform.Api.Security;

/// <summary>
/// The caller of the warm-up requests. Only this process knows it, only while it warms up, and it is stored nowhere; nobody can sign in
/// as this caller.
/// </summary>
[Singleton]
public sealed class WarmUpCaller
{
    public static readonly EntityKey Key =
        new(Caller.Platform, OperationId.FromKey("first-start", "super-admin").NewId(DateTimeOffset.UnixEpoch, 4));

    private volatile UserAccess? _access;

    /// <summary>Admits the caller with this session until <see cref="Leave"/>.</summary>
    public void Enter(LiveSession session) =>
        _access = new UserAccess(UserStatus.Active, UserTier.Individual, [], 0, [session], false, null, 0);

    public void Leave() => _access = null;

    /// <summary>The caller's access; null for any other key, and outside the warm-up.</summary>
    public UserAccess? AccessOf(EntityKey key) => key == Key ? _access : null;
}
