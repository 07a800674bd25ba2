using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Weighhouse.Kernel;
using Weighhouse.Tracking;
using Weighhouse.Web.Artifacts;
using Weighhouse.Web.Commits;
using Weighhouse.Web.Pages;
using Weighhouse.Web.Parts;

namespace Weighhouse.Web.Runs;

/// <summary>One run: what it is, its charts, its files.</summary>
internal static class RunPages
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPage("/runs/{id}", Policy.View, OverviewAsync);
        routes.MapPage("/runs/{id}/metrics", Policy.View, MetricsAsync);
        routes.MapPage("/runs/{id}/artifacts/{**path}", Policy.View, ArtifactsAsync);
        RunForms.Map(routes);
        ArtifactFiles.Map(routes);
    }

    private static async ValueTask<IResult> OverviewAsync(PageCall call)
    {
        var read = await ReadAsync(call, RunTab.Overview);
        if (!read.TryGet(out var model, out var error)) return call.Fail(error);
        return call.Show<RunOverviewPage>(HeadOf(call, model, "sparklines.js"), new Dictionary<string, object?>
        {
            [nameof(RunOverviewPage.Model)] = model,
            [nameof(RunOverviewPage.Lineage)] = await LineageModel.ReadAsync(call, $"run:{model.Run.Info.Id}"),
        });
    }

    private static async ValueTask<IResult> MetricsAsync(PageCall call)
    {
        var read = await ReadAsync(call, RunTab.Metrics);
        if (!read.TryGet(out var model, out var error)) return call.Fail(error);
        return call.Show<RunMetricsPage>(HeadOf(call, model, "charts.js"), model);
    }

    private static async ValueTask<IResult> ArtifactsAsync(PageCall call)
    {
        var read = await ReadAsync(call, RunTab.Artifacts);
        if (!read.TryGet(out var model, out var error)) return call.Fail(error);
        var found = await ArtifactBrowser.BrowseAsync(call, model.Run.Info, call.Route("path"));
        if (!found.TryGet(out var browsed, out error)) return call.Fail(error);
        return call.Show<RunArtifactsPage>(HeadOf(call, model), new Dictionary<string, object?>
        {
            [nameof(RunArtifactsPage.Model)] = model,
            [nameof(RunArtifactsPage.Browsed)] = browsed,
        });
    }

    private static async ValueTask<Result<RunModel>> ReadAsync(PageCall call, RunTab tab)
    {
        var read = await call.Get<IRuns>().GetAsync(call.Caller, new RunId(call.Route("id")), call.Cancellation);
        if (!read.TryGet(out var run, out var error)) return error;
        var found = await call.Get<IExperiments>().GetAsync(call.Caller, run.Info.Experiment, call.Cancellation);
        return found.Map(experiment => new RunModel(
            run, experiment, tab, call.Caller.Can(Permission.Contribute, Scope.Experiment(run.Info.Project, run.Info.Experiment))));
    }

    private static PageHead HeadOf(PageCall call, RunModel model, params IReadOnlyList<string> scripts)
    {
        var info = model.Run.Info;
        return new PageHead(
            info.Name, Section.Experiments,
            [
                new Crumb(call.Words["nav.experiments"], "/experiments"),
                new Crumb(model.Experiment.Name, Links.Experiment(model.Experiment.Id)),
                new Crumb(info.Name),
            ],
            scripts);
    }
}

public enum RunTab
{
    Overview,
    Metrics,
    Artifacts,
}

public sealed record RunModel(Run Run, Experiment Experiment, RunTab Tab, bool MayChange)
{
    public const string NoteTag = "mlflow.note.content";

    private const string OwnTags = "mlflow.";

    public string Url => Links.Run(Run.Info.Id);

    public string? Note => TagOf(NoteTag);

    public string? TagOf(string key) => Run.Tags.Where(tag => tag.Key == key).Select(tag => tag.Value).FirstOrDefault();

    /// <summary>Tags people set; those of clients are shown as what they mean.</summary>
    public IReadOnlyList<Tag> OwnersTags =>
        [.. Run.Tags.Where(tag => !tag.Key.StartsWith(OwnTags, StringComparison.Ordinal)).OrderBy(tag => tag.Key, StringComparer.Ordinal)];

    public IReadOnlyList<MetricSummary> Metrics => [.. Run.Metrics.OrderBy(metric => metric.Key, StringComparer.Ordinal)];

    public bool IsLive => Run.Info.Status is RunStatus.Running or RunStatus.Scheduled;
}
