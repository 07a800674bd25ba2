using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Weighhouse.Kernel;
using Weighhouse.Tracking;
using Weighhouse.Web.Pages;
using Weighhouse.Web.Parts;

namespace Weighhouse.Web.Compare;

/// <summary>Runs side by side: what they were given, what came of it, their curves over each other.</summary>
internal static class ComparePages
{
    /// <summary>More lines than this in a chart tell nothing apart.</summary>
    private const int RunsMax = 100;

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPage("/compare", Policy.View, ShowAsync);

    private static async ValueTask<IResult> ShowAsync(PageCall call)
    {
        var ids = call.QueryAll("run").Distinct(StringComparer.Ordinal).ToList();
        if (ids.Count > RunsMax)
            return call.Fail(Error.Invalid($"{ids.Count} runs are more than can be compared at once; choose at most {RunsMax}.", "run"));
        var runs = new List<Run>(ids.Count);
        foreach (var id in ids)
        {
            var read = await call.Get<IRuns>().GetAsync(call.Caller, new RunId(id), call.Cancellation);
            if (!read.TryGet(out var run, out var error)) return call.Fail(error);
            runs.Add(run);
        }

        var model = new CompareModel(runs, call.Query("diff") is "1");
        var head = new PageHead(
            call.Words["compare.title"], Section.Experiments,
            [new Crumb(call.Words["nav.experiments"], "/experiments"), new Crumb(call.Words["compare.title"])], ["charts.js"]);
        return call.Show<ComparePage>(head, model);
    }
}

/// <summary>A row of the comparison: a name, and each run's value or null.</summary>
public sealed record CompareRow(string Name, IReadOnlyList<string?> Values)
{
    public bool Differs => Values.Distinct(StringComparer.Ordinal).Count() > 1;
}

/// <param name="OnlyDifferences">Leaves out what is the same in all runs.</param>
public sealed record CompareModel(IReadOnlyList<Run> Runs, bool OnlyDifferences)
{
    /// <summary>Charts out of sight load nothing; beyond so many the page itself is too long to be of use.</summary>
    private const int ChartsMax = 300;

    public IReadOnlyList<CompareRow> Params => Filtered(RowsOf(run => run.Params.Select(param => (param.Key, param.Value))));

    public IReadOnlyList<CompareRow> Metrics =>
        Filtered(RowsOf(run => run.Metrics.Select(metric => (metric.Key, FormatText.Value(metric.Latest.Value)))));

    public IReadOnlyList<ChartGroup> Charts => ChartGroup.Of(
        Runs.SelectMany(run => run.Metrics.Where(metric => metric.PointCount > 1))
            .GroupBy(metric => metric.Key, StringComparer.Ordinal)
            .OrderByDescending(group => group.Count()).ThenBy(group => group.Key, StringComparer.Ordinal)
            .Take(ChartsMax)
            .Select(group => ChartOf(group.Key)));

    public string Url(IEnumerable<Run> runs, bool onlyDifferences)
    {
        var address = "/compare";
        foreach (var run in runs) address = Links.WithQuery(address, ("run", run.Info.Id.Text));
        return Links.WithQuery(address, ("diff", onlyDifferences ? "1" : null));
    }

    private ChartModel ChartOf(string key)
    {
        var lines = Runs.Select((run, index) => (Run: run, Index: index, Metric: run.Metrics.FirstOrDefault(metric => metric.Key == key)))
            .Where(line => line.Metric is not null).ToList();
        return new ChartModel(
            key, [.. lines.Select(line => new ChartSeries(line.Run.Info.Id.Text, key, line.Run.Info.Name, line.Index + 1))],
            [.. lines.Select(line => line.Metric)]);
    }

    private List<CompareRow> Filtered(IEnumerable<CompareRow> rows) => [.. rows.Where(row => !OnlyDifferences || row.Differs)];

    private IEnumerable<CompareRow> RowsOf(Func<Run, IEnumerable<(string Key, string Value)>> read)
    {
        var columns = Runs.Select(run => read(run).ToDictionary(pair => pair.Key, pair => pair.Value, StringComparer.Ordinal)).ToList();
        return columns.SelectMany(column => column.Keys).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)
            .Select(key => new CompareRow(key, [.. columns.Select(column => column.GetValueOrDefault(key))]));
    }
}
