using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Weighhouse.Kernel;
using Weighhouse.Serving;
using Weighhouse.Web.Forms;
using Weighhouse.Web.Pages;
using Weighhouse.Web.Parts;

namespace Weighhouse.Web.Deployments;

/// <summary>The forms that change a deployment.</summary>
internal static class DeploymentForms
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapForm("/deployments/{name}/rollback", Policy.Deploy, RollbackAsync);
        routes.MapForm("/deployments/{name}/canary", Policy.Deploy, StartAsync);
        routes.MapForm("/deployments/{name}/canary/promote", Policy.Deploy, PromoteAsync);
        routes.MapForm("/deployments/{name}/canary/stop", Policy.Deploy, StopAsync);
    }

    private static async ValueTask<IResult> RollbackAsync(PageCall call)
    {
        var changed = await call.Get<IDeployments>().RollbackAsync(call.Caller, call.Route("name"), call.Cancellation);
        return Answer(call, changed.Error, FlashKind.RolledBack);
    }

    private static async ValueTask<IResult> StartAsync(PageCall call)
    {
        if (!PlanOf(call).TryGet(out var plan, out var error)) return call.Fail(error);
        var started = await call.Get<ICanaries>().StartAsync(call.Caller, call.Route("name"), plan, call.Cancellation);
        return Answer(call, started.Error, FlashKind.CanaryStarted);
    }

    private static async ValueTask<IResult> PromoteAsync(PageCall call)
    {
        var ended = await call.Get<ICanaries>().PromoteAsync(
            call.Caller, call.Route("name"), call.Field("reason").Trim(), call.Cancellation);
        return Answer(call, ended.Error, FlashKind.CanaryPromoted);
    }

    private static async ValueTask<IResult> StopAsync(PageCall call)
    {
        var ended = await call.Get<ICanaries>().StopAsync(
            call.Caller, call.Route("name"), call.Field("reason").Trim(), call.Cancellation);
        return Answer(call, ended.Error, FlashKind.CanaryStopped);
    }

    private static IResult Answer(PageCall call, Error? error, FlashKind done) =>
        error is null ? call.GoTo(Links.Deployment(call.Route("name")), new Flash(done)) : call.Fail(error);

    private static Result<CanaryPlan> PlanOf(PageCall call)
    {
        if (!Number(call, "version").TryGet(out var version, out var error)) return error;
        if (!Number(call, "stepRequests").TryGet(out var requests, out error)) return error;
        if (!Number(call, "stepSeconds").TryGet(out var seconds, out error)) return error;
        var steps = new List<int>();
        foreach (var part in call.Field("steps").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (!int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var percent))
                return Error.Invalid($"'{part}' is no step: write whole numbers with commas, such as 10, 25, 50.", "steps");
            steps.Add(percent);
        }

        return new CanaryPlan(new DeploymentRoute(call.Field("model").Trim(), version))
        {
            Steps = steps, StepRequests = requests, StepSeconds = (int)Math.Min(seconds, int.MaxValue),
        };
    }

    private static Result<long> Number(PageCall call, string field) =>
        long.TryParse(call.Field(field).Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : Error.Invalid($"'{call.Field(field)}' is no whole number.", field);
}
