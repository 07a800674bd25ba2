using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Weighhouse.Kernel;

namespace Weighhouse.Web.Forms;

/// <summary>
/// Proof that a form comes from one of our pages: the digest of a secret that only this browser's cookie holds. Another site can
/// neither read the cookie nor work out the digest. Nothing is kept on the server, so any replica accepts what another rendered.
/// </summary>
internal static class FormToken
{
    public const string FieldName = "__token";

    private const string CookieName = "wh_form";
    private const int SecretLength = 32;

    /// <summary>The token for this browser's forms; gives the browser its secret when it has none.</summary>
    public static string For(HttpContext context)
    {
        var secret = context.Request.Cookies[CookieName];
        if (!IsSecret(secret))
        {
            secret = context.RequestServices.GetRequiredService<IdGenerator>().Hex32();
            var shape = Cookies.Shape(context, null, httpOnly: true);
            shape.SameSite = SameSiteMode.Strict;
            context.Response.Cookies.Append(CookieName, secret, shape);
        }

        return DigestOf(secret);
    }

    public static bool IsValid(HttpContext context, string token) =>
        context.Request.Cookies[CookieName] is { } secret && IsSecret(secret)
        && CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(DigestOf(secret)), Encoding.UTF8.GetBytes(token));

    private static bool IsSecret([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] string? text) =>
        text is { Length: SecretLength } && text.All(char.IsAsciiHexDigitLower);

    private static string DigestOf(string secret) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes("weighhouse form " + secret)));
}
