using System.Net;
using Weighhouse.Http.Egress;

namespace Weighhouse.Tests.Http.Egress;

/// <summary>Which addresses are called, and which are not, in all their spellings.</summary>
public sealed class EgressRulesTests
{
    private static readonly EgressRules Closed = new([]);

    [Theory]
    [InlineData("127.0.0.1", "Loopback")]
    [InlineData("127.255.255.254", "Loopback")]
    [InlineData("::1", "Loopback")]
    [InlineData("::ffff:127.0.0.1", "Loopback")]
    [InlineData("64:ff9b::7f00:1", "Loopback")]
    [InlineData("10.0.0.0", "Private")]
    [InlineData("10.255.255.255", "Private")]
    [InlineData("172.16.0.1", "Private")]
    [InlineData("172.31.255.255", "Private")]
    [InlineData("192.168.1.1", "Private")]
    [InlineData("100.64.0.1", "Private")]
    [InlineData("100.127.255.255", "Private")]
    [InlineData("fd00::1", "Private")]
    [InlineData("fc00::1", "Private")]
    [InlineData("fec0::1", "Private")]
    [InlineData("::ffff:192.168.1.1", "Private")]
    [InlineData("64:ff9b::a00:1", "Private")]
    [InlineData("169.254.169.254", "LinkLocal")]
    [InlineData("::ffff:169.254.169.254", "LinkLocal")]
    [InlineData("64:ff9b::a9fe:a9fe", "LinkLocal")]
    [InlineData("fe80::1", "LinkLocal")]
    [InlineData("fe80::1%1", "LinkLocal")]
    [InlineData("febf::1", "LinkLocal")]
    [InlineData("0.0.0.0", "Special")]
    [InlineData("0.1.2.3", "Special")]
    [InlineData("::", "Special")]
    [InlineData("::7f00:1", "Special")]
    [InlineData("::ffff:0:7f00:1", "Special")]
    [InlineData("224.0.0.1", "Special")]
    [InlineData("239.255.255.255", "Special")]
    [InlineData("240.0.0.1", "Special")]
    [InlineData("255.255.255.255", "Special")]
    [InlineData("192.0.0.1", "Special")]
    [InlineData("192.0.2.1", "Special")]
    [InlineData("198.18.0.1", "Special")]
    [InlineData("198.19.255.255", "Special")]
    [InlineData("198.51.100.1", "Special")]
    [InlineData("203.0.113.1", "Special")]
    [InlineData("192.88.99.1", "Special")]
    [InlineData("2002:7f00:1::", "Special")]
    [InlineData("2002:808:808::", "Special")]
    [InlineData("2001:0:7f00:1::", "Special")]
    [InlineData("2001:db8::1", "Special")]
    [InlineData("3fff::1", "Special")]
    [InlineData("5f00::1", "Special")]
    [InlineData("100::1", "Special")]
    [InlineData("64:ff9b:1::7f00:1", "Special")]
    [InlineData("ff02::1", "Special")]
    [InlineData("4000::1", "Special")]
    [InlineData("8.8.8.8", "Public")]
    [InlineData("9.255.255.255", "Public")]
    [InlineData("11.0.0.0", "Public")]
    [InlineData("100.63.255.255", "Public")]
    [InlineData("100.128.0.0", "Public")]
    [InlineData("126.255.255.255", "Public")]
    [InlineData("128.0.0.1", "Public")]
    [InlineData("169.253.255.255", "Public")]
    [InlineData("169.255.0.0", "Public")]
    [InlineData("172.15.255.255", "Public")]
    [InlineData("172.32.0.0", "Public")]
    [InlineData("192.167.255.255", "Public")]
    [InlineData("192.169.0.0", "Public")]
    [InlineData("223.255.255.255", "Public")]
    [InlineData("::ffff:8.8.8.8", "Public")]
    [InlineData("64:ff9b::808:808", "Public")]
    [InlineData("2606:4700::1111", "Public")]
    [InlineData("2001:4860:4860::8888", "Public")]
    public void An_address_is_what_it_is(string address, string kind) =>
        Assert.Equal(kind, SpecialAddresses.KindOf(IPAddress.Parse(address)).ToString());

    [Theory]
    [InlineData("https://127.0.0.1/")]
    [InlineData("https://127.1/")]
    [InlineData("https://0x7f.1/")]
    [InlineData("https://0x7f000001/")]
    [InlineData("https://2130706433/")]
    [InlineData("https://017700000001/")]
    [InlineData("https://0177.0.0.1/")]
    [InlineData("https://127.0.0.1./")]
    [InlineData("https://0x7f.1./")]
    [InlineData("https://1.2.3.4.5/")]
    [InlineData("https://999.1/")]
    [InlineData("https://host.0x1/")]
    [InlineData("https://[::1]/")]
    [InlineData("https://[::ffff:127.0.0.1]/")]
    [InlineData("https://[::ffff:7f00:1]/")]
    [InlineData("https://[64:ff9b::169.254.169.254]/")]
    [InlineData("https://[2002:7f00:1::]/")]
    [InlineData("https://[fe80::1%25eth0]/")]
    [InlineData("https://169.254.169.254/latest/meta-data/")]
    [InlineData("https://10.0.0.1:8443/")]
    [InlineData("https://0/")]
    [InlineData("http://example.org/")]
    [InlineData("http://8.8.8.8/")]
    [InlineData("ftp://example.org/")]
    [InlineData("file:///etc/passwd")]
    [InlineData("gopher://example.org/")]
    [InlineData("https://user:word@example.org/")]
    [InlineData("https://127.0.0.1\\@example.org/")]
    [InlineData("https:///path")]
    [InlineData("//example.org/")]
    [InlineData("example.org")]
    [InlineData("")]
    public void What_is_not_called_is_refused_when_it_is_kept(string url) => Assert.Equal("url", Closed.Check(url).Error?.Field);

    [Theory]
    [InlineData("https://example.org/hooks?x=1")]
    [InlineData("https://example.org./")]
    [InlineData("https://EXAMPLE.org:8443/")]
    [InlineData("https://8.8.8.8/")]
    [InlineData("https://[2606:4700::1111]/")]
    [InlineData("https://10.example.org/")]
    [InlineData("https://b\u00fccher.example/")]
    public void The_public_internet_is_called(string url) => Assert.Null(Closed.Check(url).Error);

    [Fact]
    public void An_address_that_is_too_long_is_refused() =>
        Assert.Contains(
            "the limit is 2048", Closed.Check("https://example.org/" + new string('a', 2_048)).Error!.Message, StringComparison.Ordinal);

    [Fact]
    public void One_address_that_is_not_public_spoils_all_of_them()
    {
        var url = new Uri("https://example.org/");
        Assert.Null(Closed.MayConnect(url, [IPAddress.Parse("8.8.8.8"), IPAddress.Parse("2606:4700::1111")]));
        Assert.NotNull(Closed.MayConnect(url, [IPAddress.Parse("8.8.8.8"), IPAddress.Parse("10.0.0.1")]));
        Assert.NotNull(Closed.MayConnect(url, [IPAddress.Parse("8.8.8.8"), IPAddress.Parse("::ffff:10.0.0.1")]));
    }

    [Fact]
    public void A_host_that_is_allowed_may_be_private_and_nothing_worse()
    {
        var rules = new EgressRules(["hooks.corp.example"]);
        var url = new Uri("http://HOOKS.corp.example./");
        Assert.Null(rules.Check(url.OriginalString).Error);
        Assert.Null(rules.MayConnect(url, [IPAddress.Parse("10.1.2.3"), IPAddress.Loopback]));
        Assert.NotNull(rules.MayConnect(url, [IPAddress.Parse("169.254.169.254")]));
        Assert.NotNull(rules.MayConnect(url, [IPAddress.Parse("224.0.0.1")]));
        Assert.NotNull(rules.MayConnect(new Uri("https://other.corp.example/"), [IPAddress.Parse("10.1.2.3")]));
        Assert.NotNull(rules.MayConnect(new Uri("https://x.hooks.corp.example/"), [IPAddress.Parse("10.1.2.3")]));
    }

    [Fact]
    public void A_range_that_is_allowed_holds_what_it_holds()
    {
        var rules = new EgressRules(["10.1.0.0/16", "fd00:1::/32", "192.168.7.7"]);
        Assert.Null(rules.Check("http://10.1.2.3:8080/").Error);
        Assert.Null(rules.Check("https://[::ffff:10.1.2.3]/").Error);
        Assert.Null(rules.Check("https://[fd00:1::5]/").Error);
        Assert.Null(rules.Check("https://192.168.7.7/").Error);
        Assert.NotNull(rules.Check("https://10.2.0.1/").Error);
        Assert.NotNull(rules.Check("https://192.168.7.8/").Error);
        Assert.NotNull(rules.Check("https://127.0.0.1/").Error);
        Assert.NotNull(rules.Check("http://8.8.8.8/").Error);
        // By http a name is called when all that it leads to is allowed.
        var name = new Uri("http://inside.example/");
        Assert.Null(rules.MayConnect(name, [IPAddress.Parse("10.1.9.9")]));
        Assert.NotNull(rules.MayConnect(name, [IPAddress.Parse("10.1.9.9"), IPAddress.Parse("8.8.8.8")]));
    }

    [Theory]
    [InlineData("hooks.corp.example", true)]
    [InlineData("localhost", true)]
    [InlineData("10.1.2.3", true)]
    [InlineData("10.1.0.0/16", true)]
    [InlineData("fd00::/8", true)]
    [InlineData("10.1.0.0/33", false)]
    [InlineData("10.1.2.3/16", false)]
    [InlineData("https://hooks.corp.example", false)]
    [InlineData("*.corp.example", false)]
    [InlineData("0x7f.1", false)]
    [InlineData("", false)]
    public void Entries_are_hosts_addresses_and_ranges(string entry, bool isGood) =>
        Assert.Equal(isGood, EgressModule.ProblemOf(entry) is null);
}
