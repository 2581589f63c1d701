using System.Reflection;
using System.Security.Cryptography;
using System.Text;

namespace Platform.Storage.Engine.Migrations;

/// <summary>One dated SQL file. Never change it once it is applied anywhere; add a new file instead.</summary>
public sealed record Migration(string Name, string Sql)
{
    /// <summary>SHA-256 of the text in hex, with normalised line endings.</summary>
    public string Checksum { get; } =
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Sql.ReplaceLineEndings("\n"))));

    /// <summary>The migrations of this build, ordered by name.</summary>
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
