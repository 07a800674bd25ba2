using Weighhouse.Access;
using Weighhouse.Access.Users;

namespace Weighhouse.Tests.Access;

public sealed class PasswordHashTests
{
    [Fact]
    public void A_password_matches_its_own_hash_only()
    {
        var hash = PasswordHash.Make("correct horse");

        Assert.True(PasswordHash.Verify("correct horse", hash));
        Assert.False(PasswordHash.Verify("correct horsf", hash));
        Assert.False(PasswordHash.Verify("Correct horse", hash));
        Assert.False(PasswordHash.Verify("correct horse ", hash));
        Assert.False(PasswordHash.Verify("", hash));
    }

    [Fact]
    public void The_same_password_twice_has_two_hashes() =>
        Assert.NotEqual(PasswordHash.Make("same again"), PasswordHash.Make("same again"));

    [Fact]
    public void A_hash_says_how_it_was_made() =>
        Assert.Matches(@"^pbkdf2-sha512\$210000\$[A-Za-z0-9+/]{22}==\$[A-Za-z0-9+/]{43}=$", PasswordHash.Make("12345678"));

    /// <summary>Made by Python: hashlib.pbkdf2_hmac('sha512', 'pässword ✓'.encode(), bytes(range(16)), 210000, 32).</summary>
    [Fact]
    public void A_hash_made_elsewhere_is_understood() => Assert.True(PasswordHash.Verify(
        "pässword ✓", "pbkdf2-sha512$210000$AAECAwQFBgcICQoLDA0ODw==$JJyu/q+eolOJ0Fw1cr9bEVODz4iF9Ks/P0ARlB5w08A="));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("plain")]
    [InlineData("md5$1$AAAA$AAAA")]
    [InlineData("pbkdf2-sha512$many$AAAA$AAAA")]
    public void Without_a_hash_nothing_matches(string? hash)
    {
        Assert.False(PasswordHash.Verify("", hash));
        Assert.False(PasswordHash.Verify("password", hash));
    }

    [Theory]
    [InlineData(7, false)]
    [InlineData(8, true)]
    [InlineData(1_024, true)]
    [InlineData(1_025, false)]
    public void A_password_has_a_least_and_a_greatest_length(int length, bool isGood) =>
        Assert.Equal(isGood, PasswordRules.Refuse(new string('x', length)) is null);

    [Theory]
    [InlineData("ann", true)]
    [InlineData("ann.b+c@example.org", true)]
    [InlineData("", false)]
    [InlineData("ann b", false)]
    [InlineData("ann:b", false)]
    [InlineData("ann\n", false)]
    [InlineData("änn", false)]
    [InlineData("local", false)]
    [InlineData("System", false)]
    [InlineData("ANONYMOUS", false)]
    [InlineData("configuration", false)]
    public void A_user_may_be_called(string name, bool isGood) => Assert.Equal(isGood, UserName.Refuse(name) is null);
}
