using System.Net;
using Microsoft.AspNetCore.Http;
using Weighhouse.Access.Door;

namespace Weighhouse.Tests.Access.Door;

public sealed class ClientAddressTests
{
    [Theory]
    [InlineData("192.0.2.7", "192.0.2.7")]
    [InlineData("::ffff:192.0.2.7", "192.0.2.7")]
    [InlineData("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64")]
    [InlineData("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64")]
    [InlineData("2001:db8:1:3::1", "2001:db8:1:3::/64")]
    [InlineData("::1", "::1")]
    [InlineData("127.0.0.1", "127.0.0.1")]
    public void Addresses_that_one_host_commands_count_as_one(string address, string counted) =>
        Assert.Equal(counted, ClientAddress.Of(IPAddress.Parse(address)));

    [Fact]
    public void What_a_request_says_of_its_origin_is_not_believed()
    {
        var context = new DefaultHttpContext();
        context.Connection.RemoteIpAddress = IPAddress.Parse("192.0.2.7");
        context.Request.Headers["X-Forwarded-For"] = "203.0.113.1";

        Assert.Equal("192.0.2.7", ClientAddress.Of(context));
    }

    [Theory]
    [InlineData("X-Forwarded-For")]
    [InlineData("x-forwarded-proto")]
    [InlineData("X-Forwarded-Host")]
    [InlineData("X-Real-IP")]
    [InlineData("Forwarded")]
    [InlineData("Via")]
    public void A_proxy_shows_itself(string header)
    {
        var request = new DefaultHttpContext().Request;
        Assert.Null(ClientAddress.ForwardedBy(request));
        request.Headers[header] = "";

        Assert.NotNull(ClientAddress.ForwardedBy(request));
    }
}
