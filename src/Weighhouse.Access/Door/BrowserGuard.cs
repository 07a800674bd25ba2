using System.Net;
using Microsoft.AspNetCore.Http;
using Weighhouse.Kernel;

namespace Weighhouse.Access.Door;

/// <summary>
/// What only browsers can be tricked into: a foreign name that resolves to this machine (DNS rebinding) and a foreign page that sends
/// requests here (CSRF, and signing somebody in as somebody else). Programs send neither a foreign Host nor an Origin.
/// </summary>
internal sealed class BrowserGuard(AccessSettings settings)
{
    private readonly HashSet<string> _names = new(settings.HostNames, StringComparer.OrdinalIgnoreCase);

    public Error? Check(HttpRequest request)
    {
        if (!IsWellFormed(request.Host) || !IsOurName(request.Host.Host))
            return Error.Denied(
                $"This server is not called '{Shown(request.Host.Value)}'. Add the name with --host-names, or use its address.");
        return IsFromHere(request) || IsLink(request)
            ? null
            : Error.Denied("A page of another site may neither read nor change anything here.");
    }

    /// <summary>A name and at most a port: what stands after them would be somebody's attempt to be taken for another.</summary>
    private static bool IsWellFormed(HostString host)
    {
        var rest = host.Value.AsSpan(host.Host.Length);
        return rest.IsEmpty || (rest[0] == ':' && !rest[1..].ContainsAnyExceptInRange('0', '9'));
    }

    /// <summary>
    /// Where nobody signs in, loopback is the only protection, so only names that mean loopback are ours. Elsewhere a credential
    /// protects, and names are checked only when some are configured. No name server answers for an address or for localhost.
    /// </summary>
    private bool IsOurName(string host)
    {
        // Only a program of the nineties sends no name; a browser always does.
        if (host.Length == 0 || host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || _names.Contains(host)) return true;
        var isAddress = IPAddress.TryParse(host.StartsWith('[') && host.EndsWith(']') ? host[1..^1] : host, out var address);
        return settings.EverybodySignsIn ? isAddress || _names.Count == 0 : isAddress && IPAddress.IsLoopback(address!);
    }

    /// <summary>
    /// Whether a page of this server, the address bar or a program sent it. Browsers say so themselves since 2023; older ones name the
    /// page's origin with whatever changes something.
    /// </summary>
    private static bool IsFromHere(HttpRequest request)
    {
        var site = request.Headers["Sec-Fetch-Site"].ToString();
        if (site.Length > 0) return site is "same-origin" or "none";
        if (IsSafe(request.Method)) return true;
        var origin = request.Headers.Origin.ToString();
        return origin.Length == 0
            || (Uri.TryCreate(origin, UriKind.Absolute, out var url)
                && url.Authority.Equals(request.Host.Value, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>Somebody followed a link from another site to a page here: it changes nothing, and only they see the answer.</summary>
    private static bool IsLink(HttpRequest request) =>
        IsSafe(request.Method)
        && request.Headers["Sec-Fetch-Mode"] == "navigate"
        && (request.Headers["Sec-Fetch-Dest"].ToString() is "document" or "");

    private static bool IsSafe(string method) => HttpMethods.IsGet(method) || HttpMethods.IsHead(method) || HttpMethods.IsOptions(method);

    /// <summary>A host name has at most 255 characters; the message need not carry more of what somebody made up.</summary>
    private static string Shown(string? host) => PlainText.Cut(host ?? "", 255);
}
