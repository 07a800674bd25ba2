using Microsoft.AspNetCore.Http;

namespace Weighhouse.Web.Forms;

/// <summary>The cookies of the pages: how a visitor likes them, and what one page has to tell the next.</summary>
internal static class Cookies
{
    public const string Theme = "wh_theme";
    public const string Language = "wh_language";
    public const string Navigation = "wh_nav";

    private const string FlashName = "wh_flash";
    private static readonly TimeSpan PreferenceAge = TimeSpan.FromDays(365);
    private static readonly TimeSpan FlashAge = TimeSpan.FromMinutes(1);

    /// <summary>Scripts change these too, so they may read them: no secret is among them.</summary>
    public static void SetPreference(HttpContext context, string name, string value) =>
        context.Response.Cookies.Append(name, value, Shape(context, PreferenceAge, httpOnly: false));

    public static void SetFlash(HttpContext context, Flash flash) =>
        context.Response.Cookies.Append(FlashName, flash.Encode(), Shape(context, FlashAge, httpOnly: true));

    /// <summary>Reads what the last page had to tell and forgets it.</summary>
    public static Flash? TakeFlash(HttpContext context)
    {
        if (context.Request.Cookies[FlashName] is not { } text) return null;
        context.Response.Cookies.Delete(FlashName, Shape(context, null, httpOnly: true));
        return Flash.Decode(text);
    }

    public static CookieOptions Shape(HttpContext context, TimeSpan? age, bool httpOnly) => new()
    {
        HttpOnly = httpOnly,
        SameSite = SameSiteMode.Lax,
        Secure = context.Request.IsHttps,
        Path = "/",
        MaxAge = age,
    };
}
