using Platform.Api.Identity.Ldap;

namespace Platform.Api.Tests.Identity.Ldap;

/// <summary>Filters and names of a directory.</summary>
public sealed class LdapTextTests
{
    [Theory]
    [InlineData("(|(uid={0})(mail={0}))", "(|(uid=*)(mail=*))")]
    [InlineData("(&(objectClass=user)(memberOf=CN=app)(sAMAccountName={0}))", "(&(objectClass=user)(memberOf=CN=app)(sAMAccountName=*))")]
    [InlineData("(userPrincipalName={0}@example.test)", "(userPrincipalName=*@example.test)")]
    [InlineData("(uid:caseExactMatch:={0})", "(uid=*)")]
    [InlineData("(cn~={0})", "(cn=*)")]
    public void A_filter_for_one_user_becomes_one_for_all(string filter, string all) => Assert.Equal(all, LdapText.ForAll(filter));

    [Theory]
    [InlineData("ada", "ADA")]
    [InlineData(" a\u200Bd\u00ADa ", "ADA")]
    [InlineData("\uFF41da", "ADA")]
    [InlineData("jose\u0301  maria", "JOS\u00C9 MARIA")]
    public void Spellings_that_a_directory_treats_as_equal_are_counted_as_one_name(string name, string counted) =>
        Assert.Equal(counted, LdapText.NormaliseForCounting(name));

    [Fact]
    public void Bytes_are_escaped_one_by_one() => Assert.Equal("\\00\\2a\\ff", LdapText.Escape([0, 0x2A, 0xFF]));
}
