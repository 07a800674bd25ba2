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
        Secure = context.Request.IsHttps,
        Path = "/",
        MaxAge = lifetime,
        IsEssential = true,
    };
}
