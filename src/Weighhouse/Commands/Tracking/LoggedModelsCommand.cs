using System.CommandLine;
using Weighhouse.Client.Tracking;
using Weighhouse.Commands.Shared;

namespace Weighhouse.Commands.Tracking;

/// <summary><c>weigh logged-models</c>: what runs made, before any of it is registered.</summary>
internal static class LoggedModelsCommand
{
    private const int MetricColumnsMax = 4;

    private static readonly Argument<string> Id = new("id") { Description = "The logged model's id: m-…" };

    public static Command Create() => new Command("logged-models", "Logged models: what runs made, before it is registered").WithServer()
        .With(ListVerb())
        .With(new Command("show", "Show one logged model: params, metrics, tags") { Id }.Does(ShowAsync)
            .WithExamples(("weigh logged-models show m-3f2a… -o json | jq .artifactUri", "where its files are")));

    private static Command ListVerb()
    {
        var experiments = new Option<string[]>("--experiment") { Description = "Only of this experiment; may be repeated" };
        var run = new Option<string?>("--run") { Description = "Only those that this run made; goes with no other selection" };
        var filter = new Option<string?>("--filter") { Description = "For example: metrics.acc > 0.9 and params.depth = '3'" };
        var order = new Option<string[]>("--order-by") { Description = "For example: metrics.acc DESC; may be repeated" };
        var datasets = new Option<string[]>("--dataset") { Description = "Only metrics measured on this dataset; may be repeated" };
        var limit = new Option<int>("--limit") { Description = "At most so many", DefaultValueFactory = _ => 50 };
        var command = new Command("list", "List and search logged models, newest first")
        {
            experiments, run, filter, order, datasets, limit,
        };
        command.Validators.Add(result =>
        {
            var others = new Option[] { experiments, filter, order, datasets };
            if (result.GetResult(run) is not null && others.FirstOrDefault(option => result.GetResult(option) is not null) is { } other)
                result.AddError($"--run goes with no {other.Name}: filter by attributes.source_run_id instead");
        });
        return command.Does(async context =>
        {
            var query = new LoggedModelQuery(
                context.Get(experiments), context.Get(filter), context.Get(order), context.Get(datasets));
            var found = await Paging.TakeAsync(context.Get(limit), async (size, token) =>
            {
                var page = context.Get(run) is { } id
                    ? await context.Client.LoggedModels.OfRunAsync(id, size, token, context.Cancellation)
                    : await context.Client.LoggedModels.SearchAsync(
                        query with { PageSize = size, PageToken = token }, context.Cancellation);
                return (page.LoggedModels, page.NextPageToken);
            });
            context.Output.List(found, ColumnsOf(found), "No logged models match.");
        }).WithExamples(
            ("weigh logged-models list --experiment 1 --dataset test --order-by 'metrics.acc DESC' --limit 5", "the best on one dataset"),
            ("weigh logged-models list --run 3f2a… -o json", "what a run made, for a program"));
    }

    private static async Task ShowAsync(RemoteContext context)
    {
        var model = await context.Client.LoggedModels.GetAsync(context.Get(Id), context.Cancellation);
        var lines = new List<(string, string?)>
        {
            ("id", model.Id),
            ("name", model.Name),
            ("type", model.ModelType),
            ("status", model.StatusMessage is null ? model.Status : $"{model.Status}: {model.StatusMessage}"),
            ("experiment", model.ExperimentId),
            ("run", model.SourceRunId),
            ("created", Output.Time(model.CreatedMs)),
            ("artifacts", model.ArtifactUri),
        };
        lines.AddRange(model.Params.Select(static param => ($"params.{param.Key}", (string?)param.Value)));
        lines.AddRange(model.Metrics.Select(static metric => ($"metrics.{metric.Key}", (string?)Describe(metric))));
        lines.AddRange(model.Tags.Select(static tag => ($"tags.{tag.Key}", (string?)tag.Value)));
        context.Output.One(model, lines);
    }

    private static string Describe(LoggedModelMetric metric) =>
        $"{Output.Number(metric.Value)} at step {metric.Step}{(metric.DatasetName is null ? "" : $" on {metric.DatasetName}")}";

    private static List<Column<LoggedModel>> ColumnsOf(IReadOnlyList<LoggedModel> models)
    {
        List<Column<LoggedModel>> columns =
        [
            new("ID", static model => model.Id),
            new("NAME", static model => model.Name),
            new("STATUS", static model => model.Status),
            new("CREATED", static model => Output.Time(model.CreatedMs)),
            new("RUN", static model => model.SourceRunId),
        ];
        var names = models.SelectMany(static model => model.Metrics).Select(TitleOf)
            .GroupBy(static title => title).OrderByDescending(static group => group.Count()).Select(static group => group.Key);
        foreach (var title in names.Take(MetricColumnsMax))
            columns.Add(new Column<LoggedModel>(
                title, model => Output.Number(model.Metrics.FirstOrDefault(metric => TitleOf(metric) == title)?.Value), IsNumber: true));
        return columns;
    }

    private static string TitleOf(LoggedModelMetric metric) =>
        metric.DatasetName is null ? metric.Key : $"{metric.Key} ({metric.DatasetName})";
}
