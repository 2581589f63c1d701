namespace Platform.Testing;

/// <summary>
/// A fresh folder for one test, removed with it. Below PLATFORM_TEST_ROOT where that is set, so that a script can clean up
/// after a test process that was killed.
/// </summary>
public sealed class TestFolder : IDisposable
{
    private static readonly string Root = Environment.GetEnvironmentVariable("PLATFORM_TEST_ROOT") ?? System.IO.Path.GetTempPath();

    public TestFolder() => Path = Directory.CreateDirectory(
        System.IO.Path.Combine(Root, "platform-test-" + Guid.CreateVersion7(TimeProvider.System.GetUtcNow()).ToString("N"))).FullName;

    public string Path { get; }

    public string In(string name) => System.IO.Path.Combine(Path, name);

    public void Dispose()
    {
        if (Directory.Exists(Path))
        {
            Directory.Delete(Path, recursive: true);
        }
    }
}
