using System.Reflection;
using System.Security.Cryptography;
using System.Text;

namespace Platform.Storage.Engine.Migrations;

/// <summary>One dated file of SQL. Once applied anywhere it never changes; what comes later is a new file.</summary>
public sealed record Migration(string Name, string Sql)
{
    /// <summary>SHA-256 of the text in hex; line endings do not count.</summary>
    public string Checksum { get; } =
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Sql.ReplaceLineEndings("\n"))));

    /// <summary>The files of this build, in the order of their names.</summary>
    public static IReadOnlyList<Migration> All { get; } = ReadEmbedded();

    private static Migration[] ReadEmbedded()
    {
        var assembly = Assembly.GetExecutingAssembly();
        return [.. assembly.GetManifestResourceNames()
            .Where(name => name.EndsWith(".sql", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .Select(name => new Migration(name, Read(assembly, name)))];
    }

    private static string Read(Assembly assembly, string name)
    {
        using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!, Encoding.UTF8);
        return reader.ReadToEnd();
    }
}
