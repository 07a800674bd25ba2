using System.Net;
using System.Net.Sockets;
using Weighhouse.Kernel;

namespace Weighhouse.Http.Egress;

/// <summary>Which addresses may be called: pure decisions, without a look at the network.</summary>
internal sealed class EgressRules
{
    private const int UrlLengthMax = 2_048;

    private readonly HashSet<string> _hosts = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<IPNetwork> _ranges = [];

    public EgressRules(IReadOnlyList<string> allowed)
    {
        foreach (var entry in allowed)
        {
            if (Problem(entry) is { } problem) throw new InvariantException($"'{entry}' {problem}.");
            if (Range(entry) is { } range) _ranges.Add(range);
            else _hosts.Add(entry.TrimEnd('.'));
        }
    }

    /// <summary>Null for a host name, an address or a range.</summary>
    public static string? Problem(string entry) => Range(entry) is not null
        || (Uri.CheckHostName(entry) is UriHostNameType.Dns && !IsNumberLike(entry))
            ? null
            : "is no host name, address or range of addresses, such as hooks.corp.example, 10.1.2.3 or 10.1.0.0/16";

    /// <summary>As far as an address can be judged by how it is written.</summary>
    public Result<Uri> Check(string text)
    {
        if (text.Length > UrlLengthMax)
            return Error.Invalid($"The address has {text.Length} characters; the limit is {UrlLengthMax}.", "url");
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Scheme is not ("https" or "http") || url.Host.Length == 0)
            return Error.Invalid("The address is no https address, such as https://hooks.example.org/weigh.", "url");
        if (url.UserInfo.Length > 0)
            return Error.Invalid("The address holds a user or a password, which would be shown to everybody. Leave it out.", "url");
        if (Literal(url) is { } address) return MayConnect(url, [address]) is { } refused ? refused : url;
        if (IsNumberLike(HostOf(url))) return NotCalled(url);
        return url.Scheme is "https" || IsAllowed(url) || _ranges.Count > 0 ? url : NeedsTls(url);
    }

    /// <summary>Null when all the addresses of a host may be called. One that may not be spoils them all.</summary>
    public Error? MayConnect(Uri url, IReadOnlyCollection<IPAddress> addresses)
    {
        var isHostAllowed = IsAllowed(url);
        if (addresses.Any(address => !MayConnect(address, isHostAllowed))) return NotCalled(url);
        return url.Scheme is "https" || isHostAllowed || addresses.All(IsInRange) ? null : NeedsTls(url);
    }

    /// <summary>The host as an address; null when it is a name.</summary>
    public static IPAddress? Literal(Uri url) => url.HostNameType is UriHostNameType.IPv4 or UriHostNameType.IPv6
        || (!IsNameOfLetters(HostOf(url)) && IPAddress.TryParse(HostOf(url), out _))
            ? IPAddress.Parse(HostOf(url)) : null;

    /// <summary>Without the dot that ends a name in the system's own spelling, and without the brackets of IPv6.</summary>
    public static string HostOf(Uri url) => url.IdnHost.TrimEnd('.').Trim('[', ']');

    private static Error NotCalled(Uri url) => Error.Invalid(
        $"{HostOf(url)} is not called: it is not on the public internet. Whoever runs the server can allow it.", "url");

    private static Error NeedsTls(Uri url) => Error.Invalid(
        $"{HostOf(url)} is called by https alone. Write https://, or have whoever runs the server allow it.", "url");

    private bool MayConnect(IPAddress address, bool isHostAllowed) => SpecialAddresses.KindOf(address) switch
    {
        AddressKind.Public => true,
        AddressKind.Private or AddressKind.Loopback => isHostAllowed || IsInRange(address),
        // A name that somebody else looks after must not lead to where machines are told their secrets.
        _ => IsInRange(address),
    };

    private bool IsAllowed(Uri url) => _hosts.Contains(HostOf(url));

    private bool IsInRange(IPAddress address) => _ranges.Exists(range => range.Contains(SpecialAddresses.Plain(address)));

    private static IPNetwork? Range(string entry)
    {
        var (text, length) = entry.Split('/', 2) is [var before, var after] ? (before, after) : (entry, null);
        // What is allowed is written as it is meant: no 0x7f.1, and no range that begins in its own middle.
        if (!IPAddress.TryParse(text, out var address) || (address.AddressFamily is AddressFamily.InterNetwork && $"{address}" != text))
            return null;
        var bits = address.GetAddressBytes().Length * 8;
        if (length is null) return new IPNetwork(address, bits);
        return IPNetwork.TryParse(entry, out var range) && range.PrefixLength <= bits && range.BaseAddress.Equals(address) ? range : null;
    }

    /// <summary>"0x7f.1", "2130706433": what the system may take for an address, though it is not written as one.</summary>
    private static bool IsNumberLike(string host)
    {
        var last = host.TrimEnd('.').Split('.')[^1];
        return last.Length > 0 && (last.All(char.IsAsciiDigit)
            || (last.StartsWith("0x", StringComparison.OrdinalIgnoreCase) && last[2..].All(char.IsAsciiHexDigit)));
    }

    private static bool IsNameOfLetters(string host) => !IsNumberLike(host) && !host.Contains(':', StringComparison.Ordinal);
}
