using System.CommandLine;
using Weighhouse.Client.Tracking;
using Weighhouse.Commands.Shared;

namespace Weighhouse.Commands.Tracking;

/// <summary><c>weigh metrics</c>: the series of a run.</summary>
internal static class MetricsCommand
{
    private static readonly Argument<string> Run = new("run") { Description = "The run's id" };
    private static readonly Argument<string> Key = new("key") { Description = "The metric's name" };

    private static readonly Column<KeyValuePair<string, Metric>>[] Columns =
    [
        new("METRIC", pair => pair.Key),
        new("LATEST", pair => Output.Number(pair.Value.Latest.Value), IsNumber: true),
        new("STEP", pair => pair.Value.Latest.Step.ToString(), IsNumber: true),
        new("MIN", pair => Output.Number(pair.Value.Min.Value), IsNumber: true),
        new("AT", pair => pair.Value.Min.Step.ToString(), IsNumber: true),
        new("MAX", pair => Output.Number(pair.Value.Max.Value), IsNumber: true),
        new("AT", pair => pair.Value.Max.Step.ToString(), IsNumber: true),
        new("POINTS", pair => pair.Value.Count.ToString(), IsNumber: true),
    ];

    private static readonly Column<Point>[] PointColumns =
    [
        new("STEP", point => point.Step.ToString(), IsNumber: true),
        new("TIME", point => Output.Time(point.TimeMs)),
        new("VALUE", point => point.Value.ToString("R"), IsNumber: true),
    ];

    public static Command Create() => new Command("metrics", "Metrics: the series of a run").WithServer()
        .With(new Command("list", "List a run's metrics: latest, least, greatest, points") { Run }.Does(async context =>
        {
            var run = await context.Client.Runs.GetAsync(context.Get(Run), context.Cancellation);
            context.Output.List([.. run.Metrics.OrderBy(pair => pair.Key, StringComparer.Ordinal)], Columns, "This run has no metrics.");
        }))
        .With(HistoryVerb())
        .With(LogVerb());

    private static Command HistoryVerb()
    {
        var limit = new Option<int>("--limit") { Description = "At most so many points", DefaultValueFactory = _ => int.MaxValue };
        return new Command("history", "Print every point of a metric, in order of time") { Run, Key, limit }.Does(async context =>
        {
            var points = await Paging.TakeAsync(
                context.Get(limit),
                async (size, token) =>
                {
                    var page = await context.Client.Runs.HistoryAsync(
                        context.Get(Run), context.Get(Key), size, token, context.Cancellation);
                    return (page.Points, page.NextPageToken);
                },
                RunsApi.HistoryPageSizeMax);
            var run = context.Get(Run);
            context.Output.List(points, PointColumns, $"Run {run} has no points of '{context.Get(Key)}': weigh metrics list {run}");
        }).WithExamples(("weigh metrics history 3f2a… loss -o ndjson > loss.ndjson", "every point, for another program"));
    }

    private static Command LogVerb()
    {
        var value = new Argument<double>("value") { Description = "The value; NaN and Infinity too" };
        var step = new Option<long>("--step") { Description = "The step it belongs to [default: 0]" };
        return new Command("log", "Log one value from a script") { Run, Key, value, step }.Does(async context =>
        {
            await context.Client.Runs.LogAsync(
                context.Get(Run), context.Get(Key), context.Get(value), context.Get(step), context.Cancellation);
            Console.Error.WriteLine($"Logged {context.Get(Key)} = {Output.Number(context.Get(value))}");
        }).WithExamples(("weigh metrics log $RUN val_loss 0.231 --step 12", "from a shell script"));
    }
}
