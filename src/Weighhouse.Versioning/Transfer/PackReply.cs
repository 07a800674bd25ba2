using Microsoft.AspNetCore.Http;
using Weighhouse.Http;
using Weighhouse.Kernel;

namespace Weighhouse.Versioning.Transfer;

/// <summary>A pack as it is sent. What goes wrong on the way breaks it off: it must not end like a whole one.</summary>
internal sealed class PackReply(Func<ValueTask<Result<Done>>> send) : IResult
{
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        if ((await send()).Error is not { } error) return;
        if (httpContext.Response.HasStarted)
        {
            httpContext.Abort();
            return;
        }

        httpContext.Response.Clear();
        await ApiProblem.WriteAsync(httpContext, error);
    }
}
