using Platform.Storage.Engine.Secrets;
using Platform.Testing;

#pragma warning disable CA1416 // File modes: the tests run on Linux and macOS.

namespace Platform.Storage.Tests.Engine.Secrets;

public sealed class KeyFileTests : IDisposable
{
    private static readonly SecretContext Context = new(Guid.Empty, Guid.Empty, "test");
    private readonly TestFolder _folder = new();
    private readonly ManualTime _time = new();

    private string File => _folder.In("keys/secrets.json");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_new_file_and_its_folder_are_private_and_no_temporary_file_is_left()
    {
        var key = SecretKey.New(_time.GetUtcNow());
        KeyFile.Create(File, new KeyRing([key]));

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, System.IO.File.GetUnixFileMode(File));
        Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute,
            System.IO.File.GetUnixFileMode(Path.GetDirectoryName(File)!));
        Assert.Equal([File], Directory.GetFileSystemEntries(Path.GetDirectoryName(File)!));
        var read = KeyFile.Read(File).Current;
        Assert.Equal((key.Id, key.CreatedAt), (read.Id, read.CreatedAt));
        Assert.Equal(key.Value, read.Value);
    }

    [Fact]
    public async Task All_of_many_that_create_it_at_once_find_the_same_key()
    {
        var ids = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(() =>
        {
            KeyFile.Create(File, new KeyRing([SecretKey.New(_time.GetUtcNow())]));
            return KeyFile.Read(File).Current.Id;
        })));
        Assert.Single(ids.Distinct());
        Assert.Single(Directory.GetFileSystemEntries(Path.GetDirectoryName(File)!));
    }

    [Fact]
    public void A_file_that_others_can_read_is_refused()
    {
        KeyFile.Create(File, new KeyRing([SecretKey.New(_time.GetUtcNow())]));
        System.IO.File.SetUnixFileMode(File, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);
        Assert.Contains("chmod 600", Assert.Throws<SecretException>(() => KeyFile.Read(File)).Message, StringComparison.Ordinal);
        System.IO.File.SetUnixFileMode(File, UnixFileMode.UserRead | UnixFileMode.GroupRead);
        Assert.NotEmpty(KeyFile.Read(File).Keys);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("""{"keys":[]}""")]
    [InlineData("""{"keys":[null]}""")]
    [InlineData("""{"keys":[{"id":"a"}]}""")]
    [InlineData("""{"keys":[{"id":"a","value":"c2hvcnQ="}]}""")]
    public void A_file_without_valid_keys_is_refused(string text)
    {
        KeyFile.Create(File, new KeyRing([SecretKey.New(_time.GetUtcNow())]));
        System.IO.File.WriteAllText(File, text);
        Assert.Throws<SecretException>(() => KeyFile.Read(File));
    }

    [Fact]
    public void A_missing_file_is_refused_by_name() =>
        Assert.Contains(File, Assert.Throws<SecretException>(() => SecretKeys.OfFile(File, _time)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_running_process_opens_secrets_of_a_new_key_at_once_and_soon_seals_with_it()
    {
        var old = SecretKey.New(_time.GetUtcNow());
        KeyFile.Create(File, new KeyRing([old]));
        var running = new SecretBox(SecretKeys.OfFile(File, _time));
        var added = SecretKey.New(_time.GetUtcNow());
        KeyFile.Replace(File, new KeyRing([added, old]));
        Assert.Equal(old.Id, SecretBox.KeyId(running.Seal(Context, "x"u8)));

        var byRotation = new SecretBox(SecretKeys.OfFile(File, _time)).Seal(Context, "new"u8);
        Assert.Equal("new"u8, running.Open(Context, byRotation));
        Assert.Equal(added.Id, SecretBox.KeyId(running.Seal(Context, "x"u8)));

        var third = SecretKey.New(_time.GetUtcNow());
        KeyFile.Replace(File, new KeyRing([third, added, old]));
        _time.Advance(SecretKeys.Refresh);
        Assert.Equal(third.Id, SecretBox.KeyId(running.Seal(Context, "x"u8)));
    }

    [Fact]
    public void A_running_process_keeps_its_keys_if_the_file_is_missing_for_a_moment()
    {
        KeyFile.Create(File, new KeyRing([SecretKey.New(_time.GetUtcNow())]));
        var running = new SecretBox(SecretKeys.OfFile(File, _time));
        var bytes = running.Seal(Context, "kept"u8);
        System.IO.File.Delete(File);
        _time.Advance(SecretKeys.Refresh * 2);
        Assert.Equal("kept"u8, running.Open(Context, bytes));
    }
}
