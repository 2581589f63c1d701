using System.Runtime.InteropServices;

namespace Platform.Storage.Engine.Journal;

/// <summary>
/// The texts of the statements in a batch, as a key. They are mostly the same string instances, so comparing them is cheap.
/// </summary>
internal sealed class Mixture(string[] texts) : IEquatable<Mixture>
{
    private readonly int _hash = HashOf(texts);
    private readonly string[] _texts = texts;

    public bool Equals(Mixture? other) => other is not null && _hash == other._hash && _texts.AsSpan().SequenceEqual(other._texts);

    public override bool Equals(object? obj) => Equals(obj as Mixture);

    public override int GetHashCode() => _hash;

    private static int HashOf(string[] texts)
    {
        var hash = new HashCode();
        foreach (var text in texts)
        {
            hash.Add(text.Length);
            hash.AddBytes(MemoryMarshal.AsBytes(text.AsSpan(0, Math.Min(text.Length, 48)))); // Enough to include the table name.
        }

        return hash.ToHashCode();
    }
}
