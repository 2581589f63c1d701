using Platform.Storage.Engine.Secrets;

namespace Platform.Testing;

/// <summary>The keys for secrets of all processes that a test starts, unless it says otherwise.</summary>
public static class TestSecrets
{
    private const string Id = "test";
    private static readonly string Value = Convert.ToBase64String([.. Enumerable.Range(1, SecretKey.Length).Select(i => (byte)i)]);

    /// <summary>As such a process has them, for a test that looks into its database.</summary>
    public static SecretKeys Keys { get; } = SecretKeys.Of(new KeyRing([SecretKey.Parse(Id, Value)]));

    public static SecretBox Box { get; } = new(Keys);

    public static IReadOnlyDictionary<string, string> Settings { get; } = new Dictionary<string, string>
    {
        ["Secrets:Keys:0:Id"] = Id,
        ["Secrets:Keys:0:Value"] = Value,
    };

    /// <summary>The configuration with these keys, where it says nothing of secrets itself.</summary>
    internal static IReadOnlyDictionary<string, string> AddTo(IReadOnlyDictionary<string, string> configuration) =>
        configuration.Keys.Any(key => key.StartsWith("Secrets:", StringComparison.Ordinal))
            ? configuration
            : configuration.Concat(Settings).ToDictionary(pair => pair.Key, pair => pair.Value);
}
