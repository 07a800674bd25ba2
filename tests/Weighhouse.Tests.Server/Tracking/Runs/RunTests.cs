using Weighhouse.Data;
using Weighhouse.Kernel;
using Weighhouse.Tracking;
using static Weighhouse.Tests.Server.Tracking.TrackingHouse;

namespace Weighhouse.Tests.Server.Tracking.Runs;

public sealed class RunTests
{
    private static readonly ExperimentId Default = ExperimentId.Default;

    [Theory, OnEveryEngine]
    public async Task A_run_is_made_and_read_as_it_was_said(DatabaseEngine engine)
    {
        await using var house = await StartAsync(engine);
        var made = Got(await house.Runs.CreateAsync(
            Principal.Local, new NewRun(Default, "ann", 1_700_000_000_123, "first", [new Tag("team", "a")]), Cancellation));

        Assert.Equal(("first", "ann", RunStatus.Running), (made.Info.Name, made.Info.User, made.Info.Status));
        Assert.Equal((1_700_000_000_123, null, LifecycleStage.Active), (made.Info.StartMs, made.Info.EndMs, made.Info.Lifecycle));
        Assert.Equal($"mlflow-artifacts:/0/{made.Info.Id}/artifacts", made.Info.ArtifactUri);
        Assert.Equal([new Tag("mlflow.runName", "first"), new Tag("team", "a")], made.Tags);
        Assert.Equivalent(made, await house.GetAsync(made.Info.Id), strict: true);
        Refused(
            await house.Runs.GetAsync(Principal.Local, new RunId("nobody"), Cancellation),
            ErrorCode.NotFound,
            "Run with id=nobody not found");
    }

    [Theory, OnEveryEngine]
    public async Task An_id_is_given_once(DatabaseEngine engine)
    {
        await using var house = await StartAsync(engine);
        var run = new NewRun(Default, Id: new RunId("imported-1"));
        Got(await house.Runs.CreateAsync(Principal.Local, run, Cancellation));
        Refused(
            await house.Runs.CreateAsync(Principal.Local, run, Cancellation),
            ErrorCode.AlreadyExists,
            "Run with id=imported-1 already exists.");
        Assert.Single(await house.SearchAsync(""));
    }

    [Theory, OnEveryEngine]
    public async Task A_name_and_its_tag_say_the_same_whichever_is_set(DatabaseEngine engine)
    {
        await using var house = await StartAsync(engine);
        var run = (await house.AddRunAsync(Default, null, new Tag("mlflow.runName", "by tag"))).Info;
        Assert.Equal("by tag", run.Name);
        Got(await house.Runs.UpdateAsync(Principal.Local, run.Id, new RunChange(Name: "by name"), Cancellation));
        await NamedAsync("by name");
        Got(await house.Runs.SetTagAsync(Principal.Local, run.Id, new Tag("mlflow.runName", "by tag again"), Cancellation));
        await NamedAsync("by tag again");
        await house.LogAsync(run.Id, new RunBatch([], [], [new Tag("mlflow.runName", "by batch")]));
        await NamedAsync("by batch");
        Refused(
            await house.Runs.DeleteTagAsync(Principal.Local, run.Id, "mlflow.runName", Cancellation),
            ErrorCode.InvalidArgument,
            "The tag mlflow.runName is the run's name, which a run always has. Set it to another name instead.");
        await NamedAsync("by batch");
        Refused(
            await house.Runs.CreateAsync(
                Principal.Local, new NewRun(Default, Name: "a", Tags: [new Tag("mlflow.runName", "b")]), Cancellation),
            ErrorCode.InvalidArgument,
            "Both 'run_name' argument and 'mlflow.runName' tag are specified, but with different values (run_name='a', "
            + "mlflow.runName='b').");

        async Task NamedAsync(string name)
        {
            var read = await house.GetAsync(run.Id);
            Assert.Equal(name, read.Info.Name);
            Assert.Equal([new Tag("mlflow.runName", name)], read.Tags);
            Assert.Equal([run.Id], await house.SearchAsync($"attributes.run_name = '{name}'"));
            Assert.Equal([run.Id], await house.SearchAsync($"tags.mlflow.runName = '{name}'"));
        }
    }

    [Theory, OnEveryEngine]
    public async Task Nested_runs_are_found_by_their_parent(DatabaseEngine engine)
    {
        await using var house = await StartAsync(engine);
        var parent = (await house.AddRunAsync(Default, "parent")).Info.Id;
        var children = new List<RunId>();
        for (var i = 0; i < 3; i++)
            children.Add((await house.AddRunAsync(Default, $"child-{i}", new Tag("mlflow.parentRunId", parent.Text))).Info.Id);
        var grandchild = await house.AddRunAsync(Default, "grandchild", new Tag("mlflow.parentRunId", children[1].Text));

        Assert.Equal(
            children.OrderBy(id => id.Text, StringComparer.Ordinal), await house.SearchAsync($"tags.mlflow.parentRunId = '{parent}'"));
        Assert.Equal([grandchild.Info.Id], await house.SearchAsync($"tags.mlflow.parentRunId = '{children[1]}'"));
        // Deleting a run deletes that run alone, as MLflow does.
        Got(await house.Runs.DeleteAsync(Principal.Local, parent, Cancellation));
        Assert.Equal(4, (await house.SearchAsync("")).Count);
    }

    [Theory, OnEveryEngine]
    public async Task A_run_that_ended_is_resumed_and_ends_again(DatabaseEngine engine)
    {
        await using var house = await StartAsync(engine);
        var id = (await house.AddRunAsync(Default, "r")).Info.Id;
        await house.LogAsync(id, new RunBatch([new MetricSample("loss", new MetricPoint(0.5, 10, 1))], [new Param("lr", "0.1")], []));
        var ended = Got(await house.Runs.UpdateAsync(
            Principal.Local, id, new RunChange(RunStatus.Failed, 1_700_000_001_000), Cancellation));
        Assert.Equal((RunStatus.Failed, 1_700_000_001_000L), (ended.Status, ended.EndMs));

        var resumed = Got(await house.Runs.UpdateAsync(Principal.Local, id, new RunChange(RunStatus.Running), Cancellation));
        Assert.Equal((RunStatus.Running, 1_700_000_001_000L, "r"), (resumed.Status, resumed.EndMs, resumed.Name));
        await house.LogAsync(id, new RunBatch([new MetricSample("loss", new MetricPoint(0.25, 20, 2))], [new Param("lr", "0.1")], []));
        Got(await house.Runs.UpdateAsync(Principal.Local, id, new RunChange(RunStatus.Finished, 1_700_000_002_000), Cancellation));

        var read = await house.GetAsync(id);
        Assert.Equal((RunStatus.Finished, 1_700_000_002_000L), (read.Info.Status, read.Info.EndMs));
        var metric = Assert.Single(read.Metrics);
        Assert.Equal((0.25, 0.5, 2L), (metric.Latest.Value, metric.Max.Value, metric.PointCount));
        Assert.Equal([id], await house.SearchAsync("attributes.end_time = 1700000002000 and attributes.status = 'FINISHED'"));
        Assert.Empty(await house.SearchAsync("attributes.end_time = 1700000001000"));
    }

    [Theory, OnEveryEngine]
    public async Task A_deleted_run_is_read_but_not_written_until_it_is_restored(DatabaseEngine engine)
    {
        await using var house = await StartAsync(engine);
        var id = (await house.AddRunAsync(Default, "r")).Info.Id;
        for (var i = 0; i < 2; i++) Got(await house.Runs.DeleteAsync(Principal.Local, id, Cancellation));

        Assert.Equal(LifecycleStage.Deleted, (await house.GetAsync(id)).Info.Lifecycle);
        Assert.Empty(await house.SearchAsync(""));
        Assert.Equal([id], await house.SearchAsync("", StageView.DeletedOnly));
        Assert.Equal([id], await house.SearchAsync("attributes.run_name = 'r'", StageView.All));
        var message = $"The run {id} must be in the 'active' state. Current state is deleted.";
        Refused(
            await house.Runs.SetTagAsync(Principal.Local, id, new Tag("k", "v"), Cancellation), ErrorCode.InvalidArgument, message);
        Refused(
            await house.Runs.UpdateAsync(Principal.Local, id, new RunChange(RunStatus.Finished), Cancellation),
            ErrorCode.InvalidArgument, message);
        Refused(
            await house.Metrics.LogBatchAsync(Principal.Local, id, new RunBatch([], [new Param("k", "v")], []), Cancellation),
            ErrorCode.InvalidArgument, message);

        for (var i = 0; i < 2; i++) Got(await house.Runs.RestoreAsync(Principal.Local, id, Cancellation));
        Assert.Equal([id], await house.SearchAsync(""));
        Got(await house.Runs.SetTagAsync(Principal.Local, id, new Tag("k", "v"), Cancellation));
    }

    [Theory, OnEveryEngine]
    public async Task A_tag_changes_and_goes_and_a_search_follows(DatabaseEngine engine)
    {
        await using var house = await StartAsync(engine);
        var id = (await house.AddRunAsync(Default, "r", new Tag("team", "a"))).Info.Id;
        var longValue = new string('x', 300) + "end";
        Got(await house.Runs.SetTagAsync(Principal.Local, id, new Tag("team", longValue), Cancellation));
        Assert.Empty(await house.SearchAsync("tags.team = 'a'"));
        Assert.Equal([id], await house.SearchAsync("tags.team LIKE '%xend'"));
        Assert.Equal([id], await house.SearchAsync($"tags.team = '{longValue}'"));
        Got(await house.Runs.SetTagAsync(Principal.Local, id, new Tag("team", "b"), Cancellation));
        Assert.Empty(await house.SearchAsync("tags.team LIKE '%xend'"));
        Assert.Equal([id], await house.SearchAsync("tags.team = 'b'"));
        Got(await house.Runs.DeleteTagAsync(Principal.Local, id, "team", Cancellation));
        Assert.Empty(await house.SearchAsync("tags.team LIKE '%'"));
        Refused(
            await house.Runs.DeleteTagAsync(Principal.Local, id, "team", Cancellation),
            ErrorCode.NotFound,
            $"No tag with name: team in run with id {id}");
    }

    [Theory, OnEveryEngine]
    public async Task A_param_never_changes(DatabaseEngine engine)
    {
        await using var house = await StartAsync(engine);
        var id = (await house.AddRunAsync(Default)).Info.Id;
        await house.LogAsync(id, new RunBatch([], [new Param("lr", "0.1")], []));
        await house.LogAsync(id, new RunBatch([], [new Param("lr", "0.1"), new Param("depth", "3")], []));
        Refused(
            await house.Metrics.LogBatchAsync(Principal.Local, id, new RunBatch([], [new Param("lr", "0.2")], []), Cancellation),
            ErrorCode.InvalidArgument,
            $"Changing param values is not allowed. Param with key='lr' was already logged with value='0.1' for run ID='{id}'. "
            + "Attempted logging new value '0.2'.");
        Refused(
            await house.Metrics.LogBatchAsync(
                Principal.Local, id, new RunBatch([], [new Param("a", "1"), new Param("a", "1")], []), Cancellation),
            ErrorCode.InvalidArgument,
            "Duplicate parameter keys have been submitted: ['a']. Please ensure the request contains only one param value per param key.");
        Assert.Equal([new Param("depth", "3"), new Param("lr", "0.1")], (await house.GetAsync(id)).Params);
    }

    [Theory, OnEveryEngine]
    public async Task Of_many_who_log_other_values_of_a_param_at_once_one_succeeds(DatabaseEngine engine)
    {
        await using var house = await StartAsync(engine);
        var id = (await house.AddRunAsync(Default)).Info.Id;
        var logged = await Task.WhenAll(Enumerable.Range(0, 12).Select(i => Task.Run(async () => await house.Metrics.LogBatchAsync(
            Principal.Local, id, new RunBatch([], [new Param("lr", $"{i}")], []), Cancellation))));
        var winner = Assert.Single(Enumerable.Range(0, 12), i => !logged[i].IsFailure);
        Assert.Equal([new Param("lr", $"{winner}")], (await house.GetAsync(id)).Params);
    }

    [Theory, OnEveryEngine]
    public async Task Others_see_and_change_the_runs_of_their_projects_alone(DatabaseEngine engine)
    {
        await using var house = await StartAsync(engine);
        var theirs = await house.AddRunAsync((await house.AddExperimentAsync("theirs", "p")).Id);
        var secret = await house.AddRunAsync((await house.AddExperimentAsync("secret", "q")).Id);

        Got(await house.Runs.GetAsync(Viewer("p"), theirs.Info.Id, Cancellation));
        Denied(await house.Runs.GetAsync(Viewer("p"), secret.Info.Id, Cancellation));
        Denied(await house.Runs.SetTagAsync(Viewer("p"), theirs.Info.Id, new Tag("k", "v"), Cancellation));
        Denied(await house.Runs.DeleteAsync(Contributor("p"), secret.Info.Id, Cancellation));
        Denied(await house.Runs.SearchAsync(
            Viewer("p"), TrackingHouse.Search("", [theirs.Info.Experiment, secret.Info.Experiment]), Cancellation));
        Got(await house.Runs.DeleteAsync(Contributor("p"), theirs.Info.Id, Cancellation));
    }

    private static void Denied<T>(Result<T> result) => Assert.Equal(ErrorCode.PermissionDenied, result.Error?.Code);
}
