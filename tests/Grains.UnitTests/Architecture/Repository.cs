using System.Runtime.CompilerServices;

namespace Platform.Grains.UnitTests.Architecture;

/// <summary>The repository that this build was made from.</summary>
internal static class Repository
{
    public static string Root { get; } = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(ThisFile())!, "..", "..", ".."));

    private static string ThisFile([CallerFilePath] string path = "") => path;
}
