using Platform.Api.Identity.Passwords;

namespace Platform.Api.Tests.Identity.Passwords;

/// <summary>Hashing threads have a lower priority than all others.</summary>
public sealed class HashingThreadTests
{
    [Fact]
    public async Task Passwords_are_hashed_on_low_priority_threads()
    {
        using var passwords = new PasswordHasher();
        var hash = await passwords.HashAsync("correct horse battery", CancellationToken.None);
        Assert.Equal(Verified.Yes, await passwords.VerifyAsync(hash, "correct horse battery", CancellationToken.None));
        if (OperatingSystem.IsLinux())
        {
            // Other tests may run hashing threads too, but they have the same priority.
            var threads = Directory.GetDirectories("/proc/self/task").Select(Read).OfType<(string Name, int Nice)>().ToList();
            var hashing = threads.Where(thread => thread.Name == "Hashing").ToList();
            Assert.NotEmpty(hashing);
            var others = threads.Where(thread => thread.Name != "Hashing").Min(thread => thread.Nice);
            Assert.Contains(hashing, thread => thread.Nice > others);
        }
    }

    private static (string Name, int Nice)? Read(string task)
    {
        try
        {
            var stat = File.ReadAllText(Path.Combine(task, "stat"));
            var end = stat.LastIndexOf(')');
            return (
                stat[(stat.IndexOf('(') + 1)..end],
                int.Parse(stat[(end + 2)..].Split(' ')[16], System.Globalization.CultureInfo.InvariantCulture));
        }
        catch (IOException)
        {
            return null; // The thread has ended.
        }
    }
}
