using System.Net;
using Microsoft.AspNetCore.Http;
using Weighhouse.Kernel;

namespace Weighhouse.Access.Door;

/// <summary>
/// What only browsers can be tricked into: a foreign name that resolves to this machine (DNS rebinding) and a foreign page that posts
/// here (CSRF). Programs send neither a foreign Host nor an Origin.
/// </summary>
internal sealed class BrowserGuard(AccessSettings settings)
{
    private readonly HashSet<string> _names = new(settings.HostNames, StringComparer.OrdinalIgnoreCase);

    public Error? Check(HttpRequest request)
    {
        if (!IsOurName(request.Host.Host))
            return new Error(ErrorCode.PermissionDenied,
                $"This server is not called '{request.Host.Host}'. Add the name with --host-names, or use its address.");
        return IsSafe(request.Method) || IsSameSite(request)
            ? null
            : new Error(ErrorCode.PermissionDenied, "A page of another site may not change anything here.");
    }

    /// <summary>
    /// Where nobody signs in, loopback is the only protection, so only names that mean loopback are ours. Elsewhere a credential
    /// protects, and names are checked only when some are configured.
    /// </summary>
    private bool IsOurName(string host)
    {
        if (_names.Contains(host)) return true;
        if (settings.EverybodySignsIn) return _names.Count == 0 || IPAddress.TryParse(host.Trim('[', ']'), out _);
        return host is "localhost" or "" || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));
    }

    private static bool IsSafe(string method) => HttpMethods.IsGet(method) || HttpMethods.IsHead(method) || HttpMethods.IsOptions(method);

    private static bool IsSameSite(HttpRequest request)
    {
        var site = request.Headers["Sec-Fetch-Site"].ToString();
        if (site.Length > 0) return site is "same-origin" or "none";
        var origin = request.Headers.Origin.ToString();
        return origin.Length == 0 || (Uri.TryCreate(origin, UriKind.Absolute, out var url) && url.Authority == request.Host.Value);
    }
}
