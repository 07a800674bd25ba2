using System.Net;
using Microsoft.AspNetCore.Http;
using Weighhouse.Access;
using Weighhouse.Access.Door;
using Weighhouse.Kernel;

namespace Weighhouse.Tests.Access.Door;

/// <summary>What browsers can be tricked into, as a table.</summary>
public sealed class BrowserGuardTests
{
    [Theory]
    [InlineData("127.0.0.1:5000", true)]
    [InlineData("127.0.0.1", true)]
    [InlineData("localhost:5000", true)]
    [InlineData("LocalHost:5000", true)]
    [InlineData("[::1]:5000", true)]
    [InlineData("[::ffff:127.0.0.1]:5000", true)]
    [InlineData("127.9.9.9:5000", true)]
    [InlineData("", true)]
    [InlineData("localhost.evil.com", false)]
    [InlineData("localhost.evil.com:5000", false)]
    [InlineData("evil.com", false)]
    [InlineData("127.0.0.1.evil.com", false)]
    [InlineData("127.0.0.1.nip.io:5000", false)]
    [InlineData("localhost.", false)]
    [InlineData("localhost.:5000", false)]
    [InlineData("127.0.0.1.", false)]
    [InlineData("evil.localhost", false)]
    [InlineData("192.168.1.5:5000", false)]
    [InlineData("[fe80::1]:5000", false)]
    [InlineData("[::1].evil.com", false)]
    [InlineData("localhost:5000@evil.com", false)]
    [InlineData("0.0.0.0:5000", false)]
    public void Where_nobody_signs_in_only_names_of_loopback_are_ours(string host, bool isOurs) =>
        Assert.Equal(isOurs, Check(Loopback(), Request("GET", host)) is null);

    [Theory]
    [InlineData("weigh.example.org", true)]
    [InlineData("WEIGH.example.org:8080", true)]
    [InlineData("10.0.0.7:5000", true)]
    [InlineData("[2001:db8::1]:5000", true)]
    [InlineData("localhost:5000", true)]
    [InlineData("weigh.example.org.evil.com", false)]
    [InlineData("evil.com", false)]
    public void Where_names_are_configured_only_they_and_addresses_are_ours(string host, bool isOurs) =>
        Assert.Equal(isOurs, Check(Shared("weigh.example.org"), Request("GET", host)) is null);

    [Fact]
    public void Where_everybody_signs_in_and_no_name_is_configured_any_will_do() =>
        Assert.Null(Check(Shared(), Request("GET", "weigh.internal:5000")));

    [Theory]
    // Programs: neither header.
    [InlineData("POST", null, null, null, null, true)]
    [InlineData("DELETE", null, null, null, null, true)]
    // Browsers that name the origin only.
    [InlineData("POST", "http://127.0.0.1:5000", null, null, null, true)]
    [InlineData("POST", "HTTP://127.0.0.1:5000", null, null, null, true)]
    [InlineData("POST", "http://127.0.0.1:5001", null, null, null, false)]
    [InlineData("POST", "http://127.0.0.1", null, null, null, false)]
    [InlineData("POST", "http://evil.com", null, null, null, false)]
    [InlineData("POST", "http://127.0.0.1:5000.evil.com", null, null, null, false)]
    [InlineData("POST", "null", null, null, null, false)]
    [InlineData("POST", "http://127.0.0.1:5000@evil.com", null, null, null, false)]
    [InlineData("PATCH", "http://evil.com", null, null, null, false)]
    [InlineData("DELETE", "http://evil.com", null, null, null, false)]
    [InlineData("PUT", "http://evil.com", null, null, null, false)]
    [InlineData("GET", "http://evil.com", null, null, null, true)]
    // Browsers that say where the page is from: a form that signs in, a script that writes, one that reads.
    [InlineData("POST", "http://127.0.0.1:5000", "same-origin", "navigate", "document", true)]
    [InlineData("POST", null, "none", "navigate", "document", true)]
    [InlineData("POST", "http://evil.com", "cross-site", "navigate", "document", false)]
    [InlineData("POST", "http://other.example.org", "same-site", "cors", "empty", false)]
    [InlineData("POST", "http://127.0.0.1:5000", "cross-site", "cors", "empty", false)]
    [InlineData("GET", null, "same-origin", "cors", "empty", true)]
    [InlineData("GET", null, "none", "navigate", "document", true)]
    [InlineData("GET", null, "cross-site", "navigate", "document", true)]
    [InlineData("GET", null, "same-site", "navigate", "document", true)]
    [InlineData("GET", null, "cross-site", "cors", "empty", false)]
    [InlineData("GET", null, "cross-site", "no-cors", "image", false)]
    [InlineData("GET", null, "cross-site", "no-cors", "script", false)]
    [InlineData("GET", null, "cross-site", "navigate", "iframe", false)]
    [InlineData("GET", null, "cross-site", "navigate", "object", false)]
    [InlineData("GET", null, "cross-site", "websocket", "empty", false)]
    [InlineData("GET", null, "anything", "cors", "empty", false)]
    public void A_page_of_another_site_may_link_here_and_nothing_else(
        string method, string? origin, string? site, string? mode, string? destination, bool isAllowed)
    {
        var request = Request(method, "127.0.0.1:5000");
        if (origin is not null) request.Headers.Origin = origin;
        if (site is not null) request.Headers["Sec-Fetch-Site"] = site;
        if (mode is not null) request.Headers["Sec-Fetch-Mode"] = mode;
        if (destination is not null) request.Headers["Sec-Fetch-Dest"] = destination;

        Assert.Equal(isAllowed, Check(Loopback(), request) is null);
        Assert.Equal(isAllowed, Check(Shared(), request) is null);
    }

    [Fact]
    public void A_refusal_names_the_cure() => Assert.Equal(
        "This server is not called 'evil.com:5000'. Add the name with --host-names, or use its address.",
        Check(Loopback(), Request("GET", "evil.com:5000"))?.Message);

    private static AccessSettings Loopback() => new(IPAddress.Loopback, SignInRequired: false, [], null);

    private static AccessSettings Shared(params string[] names) => new(IPAddress.Any, SignInRequired: false, names, null);

    private static Error? Check(AccessSettings settings, HttpRequest request) => new BrowserGuard(settings).Check(request);

    private static HttpRequest Request(string method, string host)
    {
        var request = new DefaultHttpContext().Request;
        request.Method = method;
        request.Headers.Host = host;
        return request;
    }
}
