using System.Collections.Concurrent;
using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace Platform.Grains.Engine.Registration;

/// <summary>
/// Finds what the domains of a project declare, so that a new domain need not edit a list. Results are ordered by full type name.
/// A test compares them with <c>docs/domains.txt</c>.
/// </summary>
public static class Scan
{
    // Listing and sorting the types of an assembly is slow, and a start scans for several things.
    private static readonly ConcurrentDictionary<Assembly, Type[]> Types = new();

    /// <summary>The classes of an assembly with this attribute.</summary>
    public static IEnumerable<(Type Type, TAttribute Attribute)> Marked<TAttribute>(Assembly assembly)
        where TAttribute : Attribute =>
        from type in TypesOf(assembly)
        let attribute = type.GetCustomAttribute<TAttribute>()
        where attribute is not null
        select (type, attribute);

    /// <summary>The classes of an assembly that can be instantiated and derive from, or implement, this type.</summary>
    public static IEnumerable<Type> Concrete(Assembly assembly, Type basis) =>
        TypesOf(assembly).Where(type => type is { IsAbstract: false, ContainsGenericParameters: false } && type.IsAssignableTo(basis));

    /// <summary>The only public static method of a marked class that takes a single parameter of this type.</summary>
    /// <exception cref="InvalidOperationException">The class has none, or several.</exception>
    public static Action<TParameter> Method<TParameter>(Type type)
    {
        var methods = type.GetMethods(BindingFlags.Public | BindingFlags.Static | BindingFlags.DeclaredOnly)
            .Where(method => method.GetParameters() is [{ ParameterType: var parameter }] && parameter == typeof(TParameter)).ToList();
        return methods is [var method]
            ? argument => method.Invoke(null, BindingFlags.DoNotWrapExceptions, null, [argument], null)
            : throw new InvalidOperationException(
                $"{type} must have exactly one public static method that takes a {typeof(TParameter).Name}.");
    }

    /// <summary>Registers what an assembly marks with <see cref="SingletonAttribute"/> and <see cref="ServicesAttribute"/>.</summary>
    public static IServiceCollection AddFound(this IServiceCollection services, Assembly assembly)
    {
        if (services.Any(service => service.ImplementationInstance is Scanned scanned && scanned.Assembly == assembly))
        {
            return services; // In a single process both the silo and the API register it.
        }

        services.AddSingleton(new Scanned(assembly));
        foreach (var (type, singleton) in Marked<SingletonAttribute>(assembly))
        {
            services.TryAddSingleton(type);
            foreach (var service in singleton.Services)
            {
                services.TryAddSingleton(service, provider => provider.GetRequiredService(type));
            }
        }

        foreach (var (type, _) in Marked<ServicesAttribute>(assembly))
        {
            Method<IServiceCollection>(type)(services);
        }

        return services;
    }

    /// <summary>Runs each <see cref="Upkeep"/> of an assembly as a hosted service.</summary>
    public static IServiceCollection AddUpkeep(this IServiceCollection services, Assembly assembly)
    {
        foreach (var upkeep in Concrete(assembly, typeof(Upkeep)))
        {
            services.TryAddEnumerable(ServiceDescriptor.Singleton(typeof(IHostedService), upkeep));
        }

        return services;
    }

    /// <summary>Runs each class that is marked as <see cref="SingletonAttribute.Hosted"/>.</summary>
    public static IServiceCollection AddFoundHosted(this IServiceCollection services, Assembly assembly)
    {
        foreach (var (type, _) in Marked<SingletonAttribute>(assembly).Where(found => found.Attribute.Hosted))
        {
            services.AddSingleton(provider => (IHostedService)provider.GetRequiredService(type));
        }

        return services;
    }

    private static Type[] TypesOf(Assembly assembly) => Types.GetOrAdd(
        assembly,
        static assembly => [.. assembly.GetTypes().Where(type => type.IsClass).OrderBy(type => type.FullName, StringComparer.Ordinal)]);

    private sealed record Scanned(Assembly Assembly);
}
