using Weighhouse.Access;

namespace Weighhouse.Tests.Access;

/// <summary>Signing in leads back to a page of this server, whatever link somebody was sent.</summary>
public sealed class ReturnPathTests
{
    [Theory]
    [InlineData("/")]
    [InlineData("/experiments/12?order=a%20b&x=//y#top")]
    [InlineData("/a//b")]
    [InlineData("/@evil.com")]
    public void A_path_of_this_server_is_kept(string path) => Assert.Equal(path, ReturnPath.Of(path));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("experiments")]
    [InlineData("//evil.com")]
    [InlineData("///evil.com")]
    [InlineData("/\\evil.com")]
    [InlineData("/\t/evil.com")]
    [InlineData("/\n/evil.com")]
    [InlineData("\t//evil.com")]
    [InlineData("/ /evil.com")]
    [InlineData("\\/evil.com")]
    [InlineData("http://evil.com")]
    [InlineData("https:evil.com")]
    [InlineData("javascript:alert(1)")]
    [InlineData("/a\r\nSet-Cookie: x=y")]
    public void Anything_else_leads_to_the_first_page(string? path) => Assert.Equal("/", ReturnPath.Of(path));

    [Fact]
    public void An_endless_path_leads_to_the_first_page() => Assert.Equal("/", ReturnPath.Of("/" + new string('a', 4_096)));
}
