using Weighhouse.Data;
using Weighhouse.Kernel;
using Weighhouse.Tracking;
using static Weighhouse.Tests.Server.Tracking.TrackingHouse;

namespace Weighhouse.Tests.Server.Tracking.Models;

public sealed class LoggedModelTests
{
    [Theory, OnEveryEngine]
    public async Task A_model_is_made_found_finished_and_deleted(DatabaseEngine engine)
    {
        await using var house = await StartAsync(engine);
        var run = await house.AddRunAsync(ExperimentId.Default);
        var made = await house.AddModelAsync("net", run.Info.Id, [new Param("depth", "3")], [new Tag("team", "a")]);

        Assert.Equal(("net", "agent", LoggedModelStatus.Pending), (made.Name, made.ModelType, made.Status));
        Assert.Equal($"mlflow-artifacts:/0/models/{made.Id}/artifacts", made.ArtifactUri);
        Assert.Equal(run.Info.Id, made.SourceRun);
        Assert.Equivalent(made, Got(await house.Models.GetAsync(Principal.Local, made.Id, Cancellation)), strict: true);

        var ready = Got(await house.Models.FinalizeAsync(Principal.Local, made.Id, LoggedModelStatus.Ready, Cancellation));
        Assert.Equal(LoggedModelStatus.Ready, ready.Status);
        Got(await house.Models.DeleteAsync(Principal.Local, made.Id, Cancellation));
        var message = $"Logged model with ID '{made.Id}' not found.";
        Refused(await house.Models.GetAsync(Principal.Local, made.Id, Cancellation), ErrorCode.NotFound, message);
        Refused(await house.Models.DeleteAsync(Principal.Local, made.Id, Cancellation), ErrorCode.NotFound, message);
        Assert.Empty(await SearchAsync(house, null));
    }

    [Theory, OnEveryEngine]
    public async Task Params_stay_and_tags_change(DatabaseEngine engine)
    {
        await using var house = await StartAsync(engine);
        var id = (await house.AddModelAsync("net", null, [new Param("depth", "3")], [new Tag("team", "a")])).Id;
        Got(await house.Models.LogParamsAsync(Principal.Local, id, [new Param("depth", "3"), new Param("lr", "0.1")], Cancellation));
        Refused(
            await house.Models.LogParamsAsync(Principal.Local, id, [new Param("new", "1"), new Param("depth", "4")], Cancellation),
            ErrorCode.InvalidArgument,
            $"Changing param values is not allowed. Param with key='depth' was already logged with value='3' for model ID='{id}'. "
            + "Attempted logging new value '4'.");
        Got(await house.Models.SetTagsAsync(Principal.Local, id, [new Tag("team", "b"), new Tag("k", "v")], Cancellation));
        Got(await house.Models.DeleteTagAsync(Principal.Local, id, "k", Cancellation));
        Refused(
            await house.Models.DeleteTagAsync(Principal.Local, id, "k", Cancellation),
            ErrorCode.NotFound,
            $"No tag with key 'k' found for model with ID '{id}'.");

        var read = Got(await house.Models.GetAsync(Principal.Local, id, Cancellation));
        Assert.Equal([new Param("depth", "3"), new Param("lr", "0.1")], read.Params);
        Assert.Equal([new Tag("team", "b")], read.Tags);
    }

    [Theory, OnEveryEngine]
    public async Task A_metric_of_a_model_is_its_latest_on_each_dataset(DatabaseEngine engine)
    {
        await using var house = await StartAsync(engine);
        var run = (await house.AddRunAsync(ExperimentId.Default)).Info.Id;
        var id = (await house.AddModelAsync("net", run)).Id;
        MetricSample At(double value, long step, string? dataset) =>
            new("acc", new MetricPoint(value, 1_000 + step, step), id, dataset, dataset is null ? null : "d1");

        await house.LogAsync(run, new RunBatch([At(0.5, 1, "train"), At(0.7, 3, "train"), At(0.6, 2, "train"), At(0.4, 1, null)], [], []));
        await house.LogAsync(run, new RunBatch([At(0.65, 2, "train"), At(0.3, 1, "test")], [], []));

        var metrics = Got(await house.Models.GetAsync(Principal.Local, id, Cancellation)).Metrics
            .OrderBy(metric => metric.DatasetName, StringComparer.Ordinal).ToList();
        Assert.Equal([(null, 0.4), ("test", 0.3), ("train", 0.7)], metrics.Select(metric => (metric.DatasetName, metric.Point.Value)));
        Assert.All(metrics, metric => Assert.Equal(run, metric.Run));
    }

    [Theory, OnEveryEngine]
    public async Task A_run_names_what_went_in_and_what_came_out(DatabaseEngine engine)
    {
        await using var house = await StartAsync(engine);
        var run = (await house.AddRunAsync(ExperimentId.Default)).Info.Id;
        var first = (await house.AddModelAsync("first", null)).Id;
        var second = (await house.AddModelAsync("second", run)).Id;
        for (var i = 0; i < 2; i++)
            Got(await house.Runs.LogInputsAsync(Principal.Local, run, [], [new ModelInput(first)], Cancellation));
        Got(await house.Runs.LogOutputsAsync(Principal.Local, run, [new ModelOutput(second, 1)], Cancellation));
        Got(await house.Runs.LogOutputsAsync(Principal.Local, run, [new ModelOutput(second, 7)], Cancellation));

        var read = await house.GetAsync(run);
        Assert.Equal([new ModelInput(first)], read.ModelInputs);
        Assert.Equal([new ModelOutput(second, 7)], read.ModelOutputs);
    }

    [Theory, OnEveryEngine]
    public async Task A_search_filters_and_orders_by_attributes_params_tags_and_metrics(DatabaseEngine engine)
    {
        await using var house = await StartAsync(engine);
        var run = (await house.AddRunAsync(ExperimentId.Default)).Info.Id;
        for (var i = 0; i < 6; i++)
        {
            var model = await house.AddModelAsync(
                $"net-{i}", i < 3 ? run : null, [new Param("depth", $"{i % 2}")], i == 4 ? [] : [new Tag("team", i < 2 ? "a" : "b")]);
            if (i == 5) continue;
            await house.LogAsync(run, new RunBatch(
                [new MetricSample("acc", new MetricPoint(i * 0.1, 1_000, 1), model.Id, i < 3 ? "train" : "test", "d")], [], []));
        }

        Assert.Equal(["net-0", "net-1"], await SearchAsync(house, "tags.team = 'a'"));
        Assert.Equal(["net-1", "net-3"], await SearchAsync(house, "params.depth = '1' AND metrics.acc > 0.05"));
        Assert.Equal(["net-0", "net-1", "net-2"], await SearchAsync(house, $"attributes.source_run_id = '{run}'"));
        Assert.Equal(["net-3", "net-4"], await SearchAsync(house, "name LIKE 'net-%'", datasets: "test"));
        Assert.Equal(
            ["net-4", "net-3", "net-2", "net-1", "net-0", "net-5"], await SearchAsync(house, null, "metrics.acc", descending: true));
        Assert.Equal(["net-5", "net-4", "net-3", "net-2", "net-1", "net-0"], await SearchAsync(house, "", "name", descending: true));
    }

    [Theory, OnEveryEngine]
    public async Task Others_see_and_change_the_models_of_their_projects_alone(DatabaseEngine engine)
    {
        await using var house = await StartAsync(engine);
        var secret = await house.AddExperimentAsync("secret", "q");
        var model = Got(await house.Models.CreateAsync(
            Principal.Local, new NewLoggedModel(secret.Id, "net", null, null, null, null), Cancellation)).Id;
        Denied(await house.Models.GetAsync(Viewer("p"), model, Cancellation));
        Denied(await house.Models.DeleteAsync(Viewer("q"), model, Cancellation));
        Denied(await house.Models.CreateAsync(Viewer("q"), new NewLoggedModel(secret.Id, "n", null, null, null, null), Cancellation));
        Got(await house.Models.GetAsync(Viewer("q"), model, Cancellation));
        Got(await house.Models.DeleteAsync(Contributor("q"), model, Cancellation));
    }

    [Theory]
    [OnEveryEngine("a/b")]
    [OnEveryEngine("a.b")]
    [OnEveryEngine("")]
    public async Task A_name_that_would_be_a_path_is_refused(DatabaseEngine engine, string name)
    {
        await using var house = await StartAsync(engine);
        Refused(
            await house.Models.CreateAsync(
                Principal.Local, new NewLoggedModel(ExperimentId.Default, name, null, null, null, null), Cancellation),
            ErrorCode.InvalidArgument,
            $"Invalid model name ('{name}') provided. Model name must be a non-empty string and cannot contain the following characters: "
            + "('/', ':', '.', '%', '\"', \"'\")");
    }

    private static void Denied<T>(Result<T> result) => Assert.Equal(ErrorCode.PermissionDenied, result.Error?.Code);

    /// <summary>The names found, page by page.</summary>
    private static async Task<IReadOnlyList<string>> SearchAsync(
        TrackingHouse house, string? filter, string order = "name", bool descending = false, params string[] datasets)
    {
        var search = new LoggedModelSearch(
            [ExperimentId.Default], filter, [.. datasets.Select(name => (name, (string?)null))],
            [new LoggedModelOrder(order, !descending, null, null)], new PageRequest(2), SearchDialect.Mlflow);
        var names = new List<string>();
        do
        {
            var page = Got(await house.Models.SearchAsync(Principal.Local, search, Cancellation));
            names.AddRange(page.Items.Select(model => model.Name));
            search = search with { Page = search.Page with { Token = page.NextToken } };
        }
        while (search.Page.Token is not null);
        return names;
    }
}
