namespace Platform.Grains.Engine.Registration;

/// <summary>
/// The scan of the project registers this class as a singleton: as itself, and as <paramref name="services"/> if any are given.
/// </summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class SingletonAttribute(params Type[] services) : Attribute
{
    public IReadOnlyList<Type> Services { get; } = services;

    /// <summary>Whether it is also a hosted service, which a process that serves requests runs.</summary>
    public bool Hosted { get; set; }
}
