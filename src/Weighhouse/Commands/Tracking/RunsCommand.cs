using System.CommandLine;
using Weighhouse.Client.Tracking;
using Weighhouse.Commands.Shared;

namespace Weighhouse.Commands.Tracking;

/// <summary><c>weigh runs</c>: find, look at, compare and export runs.</summary>
internal static class RunsCommand
{
    private const int MetricColumnsMax = 6;

    private static readonly Argument<string> Id = new("id") { Description = "The run's id" };

    public static Command Create() => new Command("runs", "Runs: what was tried and what came of it").WithServer()
        .With(ListVerb())
        .With(new Command("show", "Show one run: params, metrics, tags, inputs") { Id }.Does(ShowAsync)
            .WithExamples(("weigh runs show 3f2a… -o json | jq .metrics.loss.min", "the least loss")))
        .With(CompareVerb())
        .With(ExportVerb())
        .With(new Command("delete", "Delete a run; restore brings it back") { Id }.Does(async context =>
        {
            await context.Client.Runs.DeleteAsync(context.Get(Id), context.Cancellation);
            Console.Error.WriteLine($"Deleted run {context.Get(Id)}. To undo: weigh runs restore {context.Get(Id)}");
        }))
        .With(new Command("restore", "Restore a deleted run") { Id }.Does(async context =>
        {
            await context.Client.Runs.RestoreAsync(context.Get(Id), context.Cancellation);
            Console.Error.WriteLine($"Restored run {context.Get(Id)}");
        }));

    private static Command ListVerb()
    {
        var selection = new RunSelection();
        var limit = new Option<int>("--limit") { Description = "At most so many", DefaultValueFactory = _ => 50 };
        var command = new Command("list", "List and search runs, newest first") { limit };
        return selection.AddTo(command).Does(async context =>
        {
            var found = await Paging.TakeAsync(context.Get(limit), async (size, token) =>
            {
                var page = await context.Client.Runs.SearchAsync(
                    selection.Query(context) with { PageSize = size, PageToken = token }, context.Cancellation);
                return (page.Runs, page.NextPageToken);
            });
            context.Output.List(
                found, ColumnsOf(found), "No runs match. Point a script here: export MLFLOW_TRACKING_URI=" + context.Server);
        }).WithExamples(
            ("weigh runs list --experiment 1 --order-by 'metrics.val_loss ASC' --limit 10", "the ten best"),
            ("weigh runs list --filter \"metrics.acc > 0.9 and (params.model = 'mlp' or tags.team = 'a')\"", "with OR and parentheses"));
    }

    private static Command CompareVerb()
    {
        var ids = new Argument<string[]>("ids") { Description = "Two or more runs", Arity = new ArgumentArity(2, 20) };
        var all = new Option<bool>("--all") { Description = "Show what is equal too" };
        return new Command("compare", "Show side by side where runs differ") { ids, all }.Does(async context =>
        {
            var runs = new List<Run>();
            foreach (var id in context.Get(ids)) runs.Add(await context.Client.Runs.GetAsync(id, context.Cancellation));
            var rows = RunComparison.Of(runs);
            if (!context.Get(all)) rows = [.. rows.Where(row => row.Differs)];
            var columns = new List<Column<ComparedValue>> { new("WHAT", row => row.What) };
            for (var i = 0; i < runs.Count; i++)
            {
                var at = i;
                columns.Add(new Column<ComparedValue>(runs[i].Name, row => row.Values[at]));
            }

            context.Output.List(rows, columns, "The runs are equal in params, tags and metrics.");
        }).WithExamples(("weigh runs compare 3f2a… 9bc1…", "params, tags and metrics that differ"));
    }

    private static Command ExportVerb()
    {
        var selection = new RunSelection();
        return selection.AddTo(new Command("export", "Write every matching run to stdout, one JSON object a line"))
            .Does(async context =>
            {
                long count = 0;
                using var progress = new ProgressLine("runs");
                await foreach (
                    var run in context.Client.Runs.AllAsync(selection.Query(context) with { PageSize = 1_000 }, context.Cancellation))
                {
                    context.Output.Line(run);
                    progress.Show(++count);
                }
            }).WithExamples(("weigh runs export --experiment 1 > runs.ndjson", "a whole experiment, without metric histories"));
    }

    private static async Task ShowAsync(RemoteContext context)
    {
        var run = await context.Client.Runs.GetAsync(context.Get(Id), context.Cancellation);
        var lines = new List<(string, string?)>
        {
            ("id", run.Id),
            ("name", run.Name),
            ("experiment", run.ExperimentId),
            ("user", run.User),
            ("status", run.Lifecycle is "deleted" ? run.Status + " (deleted)" : run.Status),
            ("started", Output.Time(run.StartMs)),
            ("ended", run.EndMs is null ? null : Output.Time(run.EndMs)),
            ("artifacts", run.ArtifactUri),
        };
        lines.AddRange(run.Params.Select(param => ($"params.{param.Key}", (string?)param.Value)));
        lines.AddRange(run.Metrics.Select(metric => ($"metrics.{metric.Key}", (string?)Describe(metric.Value))));
        lines.AddRange(run.Tags.Select(tag => ($"tags.{tag.Key}", (string?)tag.Value)));
        lines.AddRange(run.Datasets.Select(dataset => ("dataset", (string?)$"{dataset.Name} {dataset.Digest} ({dataset.SourceType})")));
        context.Output.One(run, lines);
    }

    private static string Describe(Metric metric) =>
        $"{Output.Number(metric.Latest.Value)} at step {metric.Latest.Step}"
        + (metric.Count > 1
            ? $"  (min {Output.Number(metric.Min.Value)} at {metric.Min.Step}, max {Output.Number(metric.Max.Value)} at "
            + $"{metric.Max.Step}, {metric.Count} points)"
            : "");

    private static List<Column<Run>> ColumnsOf(IReadOnlyList<Run> runs)
    {
        List<Column<Run>> columns =
        [
            new("ID", run => run.Id),
            new("NAME", run => run.Name),
            new("STATUS", run => run.Status),
            new("STARTED", run => Output.Time(run.StartMs)),
        ];
        var keys = runs.SelectMany(run => run.Metrics.Keys)
            .GroupBy(key => key).OrderByDescending(group => group.Count()).Select(group => group.Key);
        foreach (var key in keys.Take(MetricColumnsMax))
            columns.Add(new Column<Run>(key, run => run.Metrics.TryGetValue(key, out var metric) ? Output.Number(metric.Latest.Value) : "",
                IsNumber: true));
        return columns;
    }
}
