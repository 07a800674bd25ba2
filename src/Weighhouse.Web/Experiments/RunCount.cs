using System.Globalization;
using Microsoft.AspNetCore.Http;
using Weighhouse.Http;
using Weighhouse.Kernel;
using Weighhouse.Tracking;
using Weighhouse.Web.Pages;

namespace Weighhouse.Web.Experiments;

/// <summary>How many runs match: asked for beside the first rows, so that these do not wait for it.</summary>
internal static class RunCount
{
    public static async ValueTask<IResult> AnswerAsync(PageCall call)
    {
        if (!ExperimentId.TryParse(call.Route("id"), out var experiment))
            return ApiProblem.From(Error.NotFound("There is no such experiment."));
        var counted = await call.Get<IRuns>().CountAsync(
            call.Caller, RunQuestion.Of(call, experiment).ToSelection(), call.Cancellation);
        if (!counted.TryGet(out var count, out var error)) return ApiProblem.From(error);
        call.Http.Response.Headers.CacheControl = "private, no-cache";
        return Results.Text($"{{\"count\":{count.ToString(CultureInfo.InvariantCulture)}}}", "application/json");
    }
}
