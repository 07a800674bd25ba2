using Microsoft.AspNetCore.Http;
using Weighhouse.Kernel;
using Weighhouse.Web.Words;

namespace Weighhouse.Web.Pages;

/// <summary>
/// A person who asks for an address that nothing answers gets a page that says so. It is no endpoint: one that took every address would
/// turn "method not allowed" of all others into "not found".
/// </summary>
internal static class MissingPages
{
    public static async Task AnswerAsync(HttpContext context, RequestDelegate next)
    {
        await next(context);
        if (context.Response is not { HasStarted: false, StatusCode: StatusCodes.Status404NotFound }) return;
        if (context.GetEndpoint() is not null || !IsPerson(context.Request)) return;
        var words = PageWords.Choose(context.Request.Cookies[Forms.Cookies.Language], context.Request.Headers.AcceptLanguage);
        await ErrorPages.WriteAsync(context, Error.NotFound(words["error.noPage", context.Request.Path.Value]));
    }

    /// <summary>A browser that follows a link; programs and scripts keep the plain answer.</summary>
    private static bool IsPerson(HttpRequest request) =>
        HttpMethods.IsGet(request.Method) && request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase);
}
