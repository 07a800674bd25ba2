using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Http;

namespace Weighhouse.Access.Door;

/// <summary>
/// Where a request comes from, as limits count it. Only the connection says so: whoever sends X-Forwarded-For can write anything there.
/// </summary>
internal static class ClientAddress
{
    private const int NetworkBytes = 8;

    /// <summary>A proxy that forwards a request adds at least one of these; nobody who is refused for one could take it away.</summary>
    private static readonly string[] ForwardingHeaders =
        ["X-Forwarded-For", "Forwarded", "Via", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-IP"];

    public static string Of(HttpContext context) => Of(context.Connection.RemoteIpAddress);

    /// <summary>One host commands a whole /64 of IPv6 addresses, so that they count as one.</summary>
    public static string Of(IPAddress? address)
    {
        if (address is null) return "unknown";
        if (address.IsIPv4MappedToIPv6) return address.MapToIPv4().ToString();
        if (address.AddressFamily is not AddressFamily.InterNetworkV6 || IPAddress.IsLoopback(address)) return address.ToString();
        var bytes = address.GetAddressBytes();
        bytes.AsSpan(NetworkBytes).Clear();
        return new IPAddress(bytes) + "/64";
    }

    /// <summary>The header by which a request shows that it passed a proxy; null when it shows none.</summary>
    public static string? ForwardedBy(HttpRequest request)
    {
        foreach (var name in ForwardingHeaders)
            if (request.Headers.ContainsKey(name)) return name;
        return null;
    }
}
