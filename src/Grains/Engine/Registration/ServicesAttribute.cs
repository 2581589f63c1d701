namespace Platform.Grains.Engine.Registration;

/// <summary>
/// Marks a static class with one method <c>Add(IServiceCollection)</c>, which the scan of the project calls. For settings and for
/// services that <see cref="SingletonAttribute"/> cannot describe.
/// </summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class ServicesAttribute : Attribute;
