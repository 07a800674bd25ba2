using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Weighhouse.Access;

/// <summary>The cookie that keeps a browser signed in: not for scripts, not for other sites.</summary>
public static class SessionCookie
{
    public static void Set(HttpContext context, string value) =>
        context.Response.Cookies.Append(
            ISessions.CookieName, value, Shape(context, context.RequestServices.GetRequiredService<AccessOptions>().SessionLifetime));

    public static void Clear(HttpContext context) => context.Response.Cookies.Delete(ISessions.CookieName, Shape(context, null));

    private static CookieOptions Shape(HttpContext context, TimeSpan? lifetime) => new()
    {
        HttpOnly = true,
        SameSite = SameSiteMode.Lax,
        Secure = CameByHttps(context.Request),
        Path = "/",
        MaxAge = lifetime,
        IsEssential = true,
    };

    /// <summary>
    /// A proxy that speaks TLS for this server tells so, and a browser names the scheme of the page that signs in. Either may be made up:
    /// all that it achieves is a cookie that is kept more closely.
    /// </summary>
    private static bool CameByHttps(HttpRequest request) =>
        request.IsHttps
        || request.Headers["X-Forwarded-Proto"].ToString().StartsWith("https", StringComparison.OrdinalIgnoreCase)
        || request.Headers.Origin.ToString().StartsWith("https:", StringComparison.OrdinalIgnoreCase);
}
