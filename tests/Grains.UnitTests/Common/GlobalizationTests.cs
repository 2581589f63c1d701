using System.Globalization;
using System.Text;
using Platform.Identity;

namespace Platform.Grains.UnitTests.Common;

/// <summary>Checks that ICU is present. Without it, formats are English and text is not normalised, without any error.</summary>
public sealed class GlobalizationTests
{
    [Fact]
    public void German_formats_are_German()
    {
        var german = new CultureInfo("de-DE");

        Assert.Equal("1.234.567,50", 1_234_567.5m.ToString("N2", german));
        Assert.Equal("28. November 2026", new DateOnly(2026, 11, 28).ToString("d. MMMM yyyy", german));
    }

    [Theory]
    [InlineData("e\u0301", "\u00E9")]
    [InlineData("\u1100\u1161\u11A8", "\uAC01")]
    public void Text_is_normalised(string decomposed, string composed) =>
        Assert.Equal(composed, decomposed.Normalize(NormalizationForm.FormC));

    [Fact]
    public void Composed_and_decomposed_letters_make_the_same_address()
    {
        Assert.True(LoginName.TryNormalise("Jose\u0301@example.com", out var decomposed));
        Assert.True(LoginName.TryNormalise("jos\u00E9@example.com", out var composed));

        Assert.Equal(composed, decomposed);
    }
}
