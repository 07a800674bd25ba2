using System.Net;
using System.Net.Sockets;

namespace Weighhouse.Http.Egress;

/// <summary>What an address is for.</summary>
internal enum AddressKind
{
    Public,

    /// <summary>Of a network that is not the internet.</summary>
    Private,

    /// <summary>This machine.</summary>
    Loopback,

    /// <summary>Of this wire alone: clouds tell machines their secrets there.</summary>
    LinkLocal,

    /// <summary>Many machines, none, or for another use: 6to4, Teredo, documentation, tests, the future.</summary>
    Special,
}

/// <summary>The special ranges of the registries of IANA, and IPv4 in all its disguises within IPv6.</summary>
internal static class SpecialAddresses
{
    private static readonly (IPNetwork Range, AddressKind Kind)[] Version4 =
    [
        (IPNetwork.Parse("0.0.0.0/8"), AddressKind.Special), (IPNetwork.Parse("10.0.0.0/8"), AddressKind.Private),
        (IPNetwork.Parse("100.64.0.0/10"), AddressKind.Private), (IPNetwork.Parse("127.0.0.0/8"), AddressKind.Loopback),
        (IPNetwork.Parse("169.254.0.0/16"), AddressKind.LinkLocal), (IPNetwork.Parse("172.16.0.0/12"), AddressKind.Private),
        (IPNetwork.Parse("192.0.0.0/24"), AddressKind.Special), (IPNetwork.Parse("192.0.2.0/24"), AddressKind.Special),
        (IPNetwork.Parse("192.31.196.0/24"), AddressKind.Special), (IPNetwork.Parse("192.52.193.0/24"), AddressKind.Special),
        (IPNetwork.Parse("192.88.99.0/24"), AddressKind.Special), (IPNetwork.Parse("192.168.0.0/16"), AddressKind.Private),
        (IPNetwork.Parse("192.175.48.0/24"), AddressKind.Special), (IPNetwork.Parse("198.18.0.0/15"), AddressKind.Special),
        (IPNetwork.Parse("198.51.100.0/24"), AddressKind.Special), (IPNetwork.Parse("203.0.113.0/24"), AddressKind.Special),
        (IPNetwork.Parse("224.0.0.0/4"), AddressKind.Special), (IPNetwork.Parse("240.0.0.0/4"), AddressKind.Special),
    ];

    private static readonly (IPNetwork Range, AddressKind Kind)[] Version6 =
    [
        (IPNetwork.Parse("::1/128"), AddressKind.Loopback), (IPNetwork.Parse("fe80::/10"), AddressKind.LinkLocal),
        (IPNetwork.Parse("fec0::/10"), AddressKind.Private), (IPNetwork.Parse("fc00::/7"), AddressKind.Private),
        // Teredo and other protocols' own, documentation, 6to4, the domain of AS112.
        (IPNetwork.Parse("2001::/23"), AddressKind.Special), (IPNetwork.Parse("2001:db8::/32"), AddressKind.Special),
        (IPNetwork.Parse("2002::/16"), AddressKind.Special), (IPNetwork.Parse("2620:4f:8000::/48"), AddressKind.Special),
        (IPNetwork.Parse("3fff::/20"), AddressKind.Special),
    ];

    private static readonly IPNetwork Unicast6 = IPNetwork.Parse("2000::/3");

    /// <summary>Where networks without IPv4 reach all of it: the address is in the last four bytes.</summary>
    private static readonly IPNetwork Translated = IPNetwork.Parse("64:ff9b::/96");

    public static AddressKind KindOf(IPAddress address)
    {
        var plain = Plain(address);
        foreach (var (range, kind) in plain.AddressFamily is AddressFamily.InterNetwork ? Version4 : Version6)
            if (range.Contains(plain)) return kind;
        return plain.AddressFamily is AddressFamily.InterNetwork || Unicast6.Contains(plain) ? AddressKind.Public : AddressKind.Special;
    }

    /// <summary>The address that is meant: IPv4 out of IPv6, and without the name of an interface.</summary>
    public static IPAddress Plain(IPAddress address)
    {
        if (address.AddressFamily is not AddressFamily.InterNetworkV6) return address;
        if (address.IsIPv4MappedToIPv6) return address.MapToIPv4();
        var bytes = address.GetAddressBytes();
        var bare = new IPAddress(bytes);
        return Translated.Contains(bare) ? new IPAddress(bytes.AsSpan(12)) : bare;
    }
}
