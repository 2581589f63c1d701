namespace Platform.Identity;

/// <summary>Base 32 without padding (RFC 4648, section 6), which authenticator apps expect and people can type.</summary>
public static class Base32
{
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    public static string Encode(ReadOnlySpan<byte> bytes)
    {
        var text = new char[((bytes.Length * 8) + 4) / 5];
        for (var i = 0; i < text.Length; i++)
        {
            // Take the five bits from bit 5i on; they span at most two bytes.
            var (at, shift) = Math.DivRem(i * 5, 8);
            var two = (bytes[at] << 8) | (at + 1 < bytes.Length ? bytes[at + 1] : 0);
            text[i] = Alphabet[(two >> (11 - shift)) & 31];
        }

        return new string(text);
    }

    /// <summary>Decodes exactly as many bytes as the span holds, in either case; returns false for any other text.</summary>
    public static bool TryDecode(ReadOnlySpan<char> text, Span<byte> bytes)
    {
        bytes.Clear();
        if (text.Length != ((bytes.Length * 8) + 4) / 5)
        {
            return false;
        }

        for (var i = 0; i < text.Length; i++)
        {
            var value = Alphabet.IndexOf(char.ToUpperInvariant(text[i]), StringComparison.Ordinal);
            var (at, shift) = Math.DivRem(i * 5, 8);
            var two = value << (11 - shift);
            if (value < 0 || (at + 1 == bytes.Length && (two & 0xFF) != 0))
            {
                return false; // Not in the alphabet, or bits set beyond the last byte.
            }

            bytes[at] |= (byte)(two >> 8);
            if (at + 1 < bytes.Length)
            {
                bytes[at + 1] |= unchecked((byte)two);
            }
        }

        return true;
    }
}
