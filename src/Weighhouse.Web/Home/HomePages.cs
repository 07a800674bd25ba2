using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Weighhouse.Kernel;
using Weighhouse.Tracking;
using Weighhouse.Web.Pages;

namespace Weighhouse.Web.Home;

/// <summary>The first page: what is new, or how to begin.</summary>
internal static class HomePages
{
    private const int ExperimentsMax = 100;
    private const int ExperimentsShown = 8;
    private const int RunsShown = 12;

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPage("/", Policy.View, ShowAsync);
        routes.MapData("/pulse.json", Policy.View, PulseAsync);
    }

    private static async ValueTask<IResult> ShowAsync(PageCall call)
    {
        var read = await ReadAsync(call);
        if (!read.TryGet(out var model, out var error)) return call.Fail(error);
        return call.Show<HomePage>(PageHead.Of(call.Words["nav.home"], Section.Home) with { Scripts = ["sparklines.js"] }, model);
    }

    /// <summary>Whether there is a run: what the page without any waits for.</summary>
    private static async ValueTask<IResult> PulseAsync(PageCall call)
    {
        var read = await ReadAsync(call);
        return read.TryGet(out var model, out var error)
            ? Results.Json(new Pulse(model.Runs.Count > 0), WebJson.Default.Pulse)
            : call.Fail(error);
    }

    private static async ValueTask<Result<HomeModel>> ReadAsync(PageCall call)
    {
        var found = await call.Get<IExperiments>().SearchAsync(
            call.Caller,
            new ExperimentSearch(
                null, ["last_update_time DESC"], StageView.ActiveOnly, new PageRequest(ExperimentsMax), SearchDialect.Native),
            call.Cancellation);
        if (!found.TryGet(out var experiments, out var error)) return error;
        if (experiments.Items.Count == 0) return new HomeModel([], []);
        var searched = await call.Get<IRuns>().SearchAsync(
            call.Caller,
            new RunSearch(
                [.. experiments.Items.Select(experiment => experiment.Id)], null, ["attributes.start_time DESC"], StageView.ActiveOnly,
                new PageRequest(RunsShown), SearchDialect.Native),
            call.Cancellation);
        return searched.Map(runs => new HomeModel([.. experiments.Items.Take(ExperimentsShown)], [.. runs.Items.Select(run => new HomeRun(
            run, experiments.Items.First(experiment => experiment.Id == run.Info.Experiment).Name))]));
    }
}

public sealed record HomeModel(IReadOnlyList<Experiment> Experiments, IReadOnlyList<HomeRun> Runs);

public sealed record HomeRun(Run Run, string Experiment)
{
    /// <summary>What one asks of a run first, if its keys are named as most people name them.</summary>
    private static readonly string[] Telling = ["loss", "accuracy", "auc", "f1", "rmse", "score", "reward", "error"];

    /// <summary>The metric that tells most of the run: one of those everybody knows, else the one logged most often.</summary>
    public MetricSummary? Metric => Run.Metrics.Where(metric => !metric.Key.StartsWith("system/", StringComparison.Ordinal))
        .OrderBy(Rank).ThenByDescending(metric => metric.PointCount).ThenBy(metric => metric.Key.Length).FirstOrDefault();

    private static int Rank(MetricSummary metric)
    {
        var rank = Array.FindIndex(Telling, word => metric.Key.Contains(word, StringComparison.OrdinalIgnoreCase));
        return rank < 0 ? Telling.Length : rank;
    }
}

internal sealed record Pulse(bool HasRuns);
