using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Weighhouse.Http;
using Weighhouse.Kernel;
using Weighhouse.Web.Forms;

namespace Weighhouse.Web.Pages;

internal delegate ValueTask<IResult> PageHandler(PageCall call);

/// <summary>Maps pages and forms as plain request delegates: nothing is reflected upon when the server starts.</summary>
internal static class PageRoutes
{
    private static readonly RefusalShape Shape = new(ErrorPages.WriteAsync);

    /// <summary>GET of a page. Refusals and faults answer with a page, too.</summary>
    public static void MapPage(this IEndpointRouteBuilder routes, string pattern, EndpointPolicy policy, PageHandler handler) =>
        routes.MapGet(pattern, (RequestDelegate)(context => RunAsync(new PageCall(context), handler)))
            .WithMetadata(policy, Shape).ExcludeFromDescription();

    /// <summary>GET of what a script of a page asks for: refusals are problems, not pages.</summary>
    public static void MapData(this IEndpointRouteBuilder routes, string pattern, EndpointPolicy policy, PageHandler handler) =>
        routes.MapGet(pattern, (RequestDelegate)(context => RunAsync(new PageCall(context), handler)))
            .WithMetadata(policy).ExcludeFromDescription();

    /// <summary>POST of a form that one of our pages rendered.</summary>
    public static void MapForm(this IEndpointRouteBuilder routes, string pattern, EndpointPolicy policy, PageHandler handler) =>
        routes.MapPost(pattern, (RequestDelegate)(context => RunFormAsync(context, handler)))
            .WithMetadata(policy, Shape).ExcludeFromDescription();

    private static async Task RunAsync(PageCall call, PageHandler handler)
    {
        var result = await handler(call);
        await result.ExecuteAsync(call.Http);
    }

    private static async Task RunFormAsync(HttpContext context, PageHandler handler)
    {
        var read = await FormBody.ReadAsync(context);
        if (read.TryGet(out var form, out var error)) await RunAsync(new PageCall(context, form), handler);
        else await ErrorPages.WriteAsync(context, error);
    }
}
