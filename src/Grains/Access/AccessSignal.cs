using Platform.Grains.Engine.Registration;

namespace Platform.Grains.Access;

/// <summary>
/// Tells this process, before the reply leaves, that permissions have changed: those of a user (organisation and user id), or of the
/// whole organisation (<see cref="EntityKey.Of"/>). Other processes find out within a second, because they check again.
/// </summary>
[Singleton]
public sealed class AccessSignal
{
    public event Action<EntityKey>? Changed;

    public void Raise(EntityKey key) => Changed?.Invoke(key);
}
