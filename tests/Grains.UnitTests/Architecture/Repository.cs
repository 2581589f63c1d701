using System.Runtime.CompilerServices;

namespace Platform.Grains.UnitTests.Architecture;

/// <summary>The repository of this build.</summary>
internal static class Repository
{
    public static string Root { get; } = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(ThisFile())!, "..", "..", ".."));

    private static string ThisFile([CallerFilePath] string path = "") => path;
}
