namespace Platform.Grains.Engine.Registration;

/// <summary>
/// The scan of the project registers this class as a singleton: as itself, and as each of <paramref name="services"/>.
/// </summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class SingletonAttribute(params Type[] services) : Attribute
{
    public IReadOnlyList<Type> Services { get; } = services;

    /// <summary>Whether it is also a hosted service of every process that serves requests.</summary>
    public bool Hosted { get; set; }
}
