using System.Globalization;
using Microsoft.AspNetCore.Http;
using Weighhouse.Kernel;

namespace Weighhouse.Http;

/// <summary>The headers that tell a client what would cure a refusal.</summary>
public static class Challenge
{
    private const string Bearer = "Bearer realm=\"weighhouse\"";
    private const string Basic = "Basic realm=\"weighhouse\", charset=\"UTF-8\"";

    /// <summary>Adds WWW-Authenticate or Retry-After where the error calls for it.</summary>
    public static void Add(HttpContext context, Error error)
    {
        var headers = context.Response.Headers;
        if (error.Code is ErrorCode.Unauthenticated) headers.WWWAuthenticate = IsBrowser(context.Request) ? Bearer : $"{Bearer}, {Basic}";
        if (error.RetryAfter is { } wait)
            headers.RetryAfter = Math.Max(1, (long)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>
    /// Git and its like ask for a password only when Basic is offered; a browser that is offered it pops a dialog over the page whose
    /// script made the request.
    /// </summary>
    private static bool IsBrowser(HttpRequest request) =>
        request.Headers.ContainsKey("Sec-Fetch-Mode")
        || request.Headers.UserAgent.ToString().StartsWith("Mozilla/", StringComparison.Ordinal);
}
