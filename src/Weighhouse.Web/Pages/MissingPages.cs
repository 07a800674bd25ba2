using Microsoft.AspNetCore.Http;
using Weighhouse.Kernel;

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
        if (context.GetEndpoint() is not null) return;
        var call = new PageCall(context);
        if (!call.IsPerson) return;
        await ErrorPages.WriteAsync(context, Error.NotFound(call.Words["error.noPage", context.Request.Path.Value]));
    }
}
