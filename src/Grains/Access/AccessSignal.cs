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

    /// <summary>Raises the signal when a command has ended, even if it failed: its outcome may be unknown.</summary>
    public async Task<Result<T>> AfterAsync<T>(Task<Result<T>> command, EntityKey key)
    {
        var result = await command;
        Raise(key);
        return result;
    }
}
