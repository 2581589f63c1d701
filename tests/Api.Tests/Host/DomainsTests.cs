using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Platform.Access;
using Platform.Api.Http;
using Platform.Grains;
using Platform.Grains.Engine;
using Platform.Grains.Engine.Entities;
using Platform.Grains.Engine.Registration;
using Platform.Grains.Engine.Streams;
using Platform.Grains.Metrics;
using Platform.Storage;
using Platform.Storage.Engine.Tables;

namespace Platform.Api.Tests.Host;

/// <summary>
/// Compares what the scans find with the committed <c>docs/domains.txt</c>, so that nothing appears or disappears unnoticed.
/// UPDATE_DOMAINS=1 updates the file.
/// </summary>
public sealed class DomainsTests
{
    private static readonly Assembly[] Parts =
        [typeof(Command).Assembly, typeof(GrainsRegistration).Assembly, typeof(StorageRegistration).Assembly,
            typeof(RoutesAttribute).Assembly];

    [Fact]
    public void What_the_domains_declare_is_what_is_committed()
    {
        var file = Path.Combine(ApiDocument.Root, "docs", "domains.txt");
        var found = string.Concat(Found().Select(line => line + "\n"));
        if (Environment.GetEnvironmentVariable("UPDATE_DOMAINS") == "1")
        {
            File.WriteAllText(file, found);
        }

        Assert.Equal(File.ReadAllText(file), found);
    }

    [Fact]
    public void A_marked_class_without_its_method_is_refused() =>
        Assert.Throws<InvalidOperationException>(() => Scan.Method<IServiceCollection>(typeof(DomainsTests)));

    private static IEnumerable<string> Found() =>
    [
        .. Scan.Concrete(Parts[1], typeof(IEntityReplay))
            .Select(type => $"entity      {((IEntityReplay)Activator.CreateInstance(type)!).Type}").Order(StringComparer.Ordinal),
        .. DeclaredTables.All.Select(table => $"table       {table.Name} {table.Kind}"),
        .. BuiltInMetrics.Names.Select(metric => $"metric      {metric}"),
        .. PermissionCatalogue.All.Select(permission => $"permission  {permission.Code}"),
        .. Scan.Marked<RoutesAttribute>(Parts[3]).Select(found => $"routes      {found.Type.FullName}"),
        .. Parts.SelectMany(part => Scan.Concrete(part, typeof(Upkeep))).Select(type => $"upkeep      {type.FullName}"),
        .. Scan.Concrete(Parts[1], typeof(WokenConsumer)).Select(type => $"woken       {type.FullName}"),
        .. Parts.SelectMany(Scan.Marked<ServicesAttribute>).Select(found => $"services    {found.Type.FullName}"),
        .. Parts.SelectMany(Scan.Marked<SingletonAttribute>).Select(found =>
            $"{(found.Attribute.Hosted ? "background" : "singleton ")}  " +
            string.Join(" ", [found.Type.FullName, .. found.Attribute.Services.Select(service => service.Name)])),
        .. Parts.SelectMany(Scan.Marked<ExamplesAttribute>).Select(found => $"examples    {found.Type.FullName}"),
    ];
}
