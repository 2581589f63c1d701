using Platform.Grains.Engine.Registration;

namespace Platform.Grains.Access;

/// <summary>
/// Tells this process that what somebody may do has changed, before the reply to the change leaves: a user (organisation and user
/// id), or everybody of an organisation (<see cref="EntityKey.Of"/>). Other processes find out by asking again within a second.
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
