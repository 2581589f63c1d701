using Platform.Api.Identity;
using Platform.Api.Identity.Letters;
using Platform.Identity;

namespace Platform.Api.Tests.Identity.Letters;

/// <summary>Which names of strangers may appear in our letters.</summary>
public sealed class HarmlessNameTests
{
    [Theory]
    [InlineData("Ada Lovelace")]
    [InlineData("Žofie O\u2019Brien-Müller")]
    [InlineData("Example & Sons Inc.")]
    [InlineData("Dr. J. Smith, Berlin 2024")]
    [InlineData("\u4e2d\u6587\u540d\u5b57")]
    public void A_plain_name_is_shown(string name) => Assert.Equal(name, HarmlessName.Of(name));

    [Theory]
    [InlineData("https://evil.example")]
    [InlineData("Look at evil.example now")]
    [InlineData("evil\u3002example")]
    [InlineData("evil\uff0eexample")]
    [InlineData("evil\u2024example")]
    [InlineData("WWW evil")]
    [InlineData("ada@evil.example")]
    [InlineData("ada\uff20evil")]
    [InlineData("mailto:ada")]
    [InlineData("evil/path")]
    [InlineData("<b>Ada</b>")]
    [InlineData("[Ada](x)")]
    [InlineData("Ada\r\nBcc: eve")]
    [InlineData("Ada\u202egnp")]
    [InlineData("A\u200bda")]
    [InlineData("A\u2066da")]
    [InlineData("Call 0900 123456")]
    [InlineData("Your account will be closed unless you sign in at once and tell us all")]
    [InlineData(" ")]
    [InlineData(null)]
    public void A_name_that_could_contain_more_is_not_shown(string? name) => Assert.Null(HarmlessName.Of(name));

    [Fact]
    public void An_invitation_replaces_harmful_names_by_neutral_words()
    {
        var letter = TokenLetters.Of(
            MailTokenPurpose.Invitation, "https://app.example/join/x", "a@example.test", "http://evil.example", "evil.example");
        Assert.DoesNotContain("evil", letter.Text, StringComparison.Ordinal);
        Assert.Contains("Somebody invites you to join an organisation.", letter.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, true)]
    [InlineData("https://app.example", true)]
    [InlineData("http://127.0.0.1:5080/platform", true)]
    [InlineData("app.example", false)]
    [InlineData("/platform", false)]
    [InlineData("ftp://app.example", false)]
    [InlineData("https://app.example?a=b", false)]
    [InlineData("https://app.example#a", false)]
    [InlineData("https://ada@app.example", false)]
    [InlineData("https://app.example/\r\nBcc: eve", false)]
    public void A_public_address_must_be_a_valid_start_of_links(string? url, bool valid) =>
        Assert.Equal(valid, new AuthOptions { PublicUrl = url }.IsValid);
}
