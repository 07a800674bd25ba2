using Weighhouse.Data;
using Weighhouse.Kernel;
using Weighhouse.Tracking;
using static Weighhouse.Tests.Server.Tracking.TrackingHouse;

namespace Weighhouse.Tests.Server.Tracking.Experiments;

public sealed class ExperimentTests
{
    private const string NotActive = "must be in the 'active' state. Current state is deleted.";

    [Theory, OnEveryEngine]
    public async Task An_experiment_is_made_and_found_by_id_and_by_name(DatabaseEngine engine)
    {
        await using var house = await StartAsync(engine);
        var made = Got(await house.Experiments.CreateAsync(
            Principal.Local, new NewExperiment("Ärger 😀", null, [new Tag("k", "v"), new Tag("k", "last counts")]), Cancellation));
        Assert.Equal($"mlflow-artifacts:/{made.Id}", made.ArtifactLocation);
        Assert.Equal((Scope.DefaultProject, LifecycleStage.Active), (made.Project, made.Lifecycle));
        Assert.Equal([new Tag("k", "last counts")], made.Tags);

        var byId = Got(await house.Experiments.GetAsync(Principal.Local, made.Id, Cancellation));
        var byName = Got(await house.Experiments.GetByNameAsync(Principal.Local, "Ärger 😀", Cancellation));

        Assert.Equivalent(made, byId, strict: true);
        Assert.Equivalent(made, byName, strict: true);
        Refused(
            await house.Experiments.GetByNameAsync(Principal.Local, "ärger 😀", Cancellation),
            ErrorCode.NotFound,
            "Could not find experiment with name 'ärger 😀'");
        Refused(
            await house.Experiments.GetAsync(Principal.Local, new ExperimentId(4711), Cancellation),
            ErrorCode.NotFound,
            "No Experiment with id=4711 exists");
    }

    [Theory, OnEveryEngine]
    public async Task A_name_belongs_to_one_experiment_and_to_a_deleted_one_too(DatabaseEngine engine)
    {
        await using var house = await StartAsync(engine);
        var made = await house.AddExperimentAsync("taken");
        var other = await house.AddExperimentAsync("other");

        Refused(
            await house.Experiments.CreateAsync(Principal.Local, new NewExperiment("taken"), Cancellation),
            ErrorCode.AlreadyExists,
            "Experiment(name=taken) already exists.");
        Refused(
            await house.Experiments.RenameAsync(Principal.Local, other.Id, "taken", Cancellation),
            ErrorCode.AlreadyExists,
            "Experiment(name=taken) already exists.");
        Got(await house.Experiments.DeleteAsync(Principal.Local, made.Id, Cancellation));
        Refused(
            await house.Experiments.CreateAsync(Principal.Local, new NewExperiment("taken"), Cancellation),
            ErrorCode.AlreadyExists,
            "Experiment(name=taken) already exists in deleted state. Restore it, or choose another name.");
    }

    [Theory, OnEveryEngine]
    public async Task Of_many_who_make_the_same_name_at_once_one_succeeds(DatabaseEngine engine)
    {
        await using var house = await StartAsync(engine);
        var made = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => Task.Run(
            async () => await house.Experiments.CreateAsync(Principal.Local, new NewExperiment("one"), Cancellation))));
        Assert.Single(made, result => !result.IsFailure);
        Assert.All(made.Where(result => result.IsFailure), result => Assert.Equal(ErrorCode.AlreadyExists, result.Error!.Code));
        Assert.Equal(["one", "Default"], await SearchAsync(house, null, StageView.All));
    }

    [Theory, OnEveryEngine]
    public async Task Renaming_keeps_all_but_the_name(DatabaseEngine engine)
    {
        await using var house = await StartAsync(engine);
        var made = await house.AddExperimentAsync("before");
        await house.AddRunAsync(made.Id);

        Got(await house.Experiments.RenameAsync(Principal.Local, made.Id, "after", Cancellation));
        Got(await house.Experiments.RenameAsync(Principal.Local, made.Id, "after", Cancellation));

        var found = Got(await house.Experiments.GetByNameAsync(Principal.Local, "after", Cancellation));
        Assert.Equivalent(made with { Name = "after", UpdatedMs = found.UpdatedMs }, found, strict: true);
        Assert.True(found.UpdatedMs >= made.UpdatedMs);
        // The old name is free.
        await house.AddExperimentAsync("before");
        Got(await house.Experiments.DeleteAsync(Principal.Local, made.Id, Cancellation));
        Refused(
            await house.Experiments.RenameAsync(Principal.Local, made.Id, "again", Cancellation),
            ErrorCode.FailedPrecondition,
            "Cannot rename a non-active experiment.");
    }

    [Theory, OnEveryEngine]
    public async Task Deleting_takes_the_runs_along_and_restoring_brings_back_those_and_no_others(DatabaseEngine engine)
    {
        await using var house = await StartAsync(engine);
        var made = await house.AddExperimentAsync("e");
        var kept = await house.AddRunAsync(made.Id);
        var gone = await house.AddRunAsync(made.Id);
        Got(await house.Runs.DeleteAsync(Principal.Local, gone.Info.Id, Cancellation));

        Got(await house.Experiments.DeleteAsync(Principal.Local, made.Id, Cancellation));

        Assert.Equal(LifecycleStage.Deleted, Got(await house.Experiments.GetAsync(Principal.Local, made.Id, Cancellation)).Lifecycle);
        Assert.Equal(LifecycleStage.Deleted, (await house.GetAsync(kept.Info.Id)).Info.Lifecycle);
        Refused(
            await house.Experiments.DeleteAsync(Principal.Local, made.Id, Cancellation),
            ErrorCode.NotFound,
            $"No Experiment with id={made.Id} exists");
        Refused(
            await house.Runs.CreateAsync(Principal.Local, new NewRun(made.Id), Cancellation),
            ErrorCode.InvalidArgument,
            $"The experiment {made.Id} {NotActive}");

        Got(await house.Experiments.RestoreAsync(Principal.Local, made.Id, Cancellation));

        Assert.Equal(LifecycleStage.Active, (await house.GetAsync(kept.Info.Id)).Info.Lifecycle);
        Assert.Equal(LifecycleStage.Deleted, (await house.GetAsync(gone.Info.Id)).Info.Lifecycle);
        Refused(
            await house.Experiments.RestoreAsync(Principal.Local, made.Id, Cancellation),
            ErrorCode.NotFound,
            $"No Experiment with id={made.Id} exists");
        Assert.Equal(
            ["run.delete", "experiment.delete", "experiment.restore"], house.Audit.Entries.Select(entry => entry.Action));
    }

    [Theory, OnEveryEngine]
    public async Task Tags_are_set_changed_and_removed_while_the_experiment_is_active(DatabaseEngine engine)
    {
        await using var house = await StartAsync(engine);
        var made = await house.AddExperimentAsync("e");
        Got(await house.Experiments.SetTagAsync(Principal.Local, made.Id, new Tag("a", "1"), Cancellation));
        Got(await house.Experiments.SetTagAsync(Principal.Local, made.Id, new Tag("b", ""), Cancellation));
        Got(await house.Experiments.SetTagAsync(Principal.Local, made.Id, new Tag("a", "2"), Cancellation));
        Assert.Equal([new Tag("a", "2"), new Tag("b", "")], await TagsAsync());

        Got(await house.Experiments.DeleteTagAsync(Principal.Local, made.Id, "a", Cancellation));
        Assert.Equal([new Tag("b", "")], await TagsAsync());
        Refused(
            await house.Experiments.DeleteTagAsync(Principal.Local, made.Id, "a", Cancellation),
            ErrorCode.NotFound,
            $"No tag with name: a in experiment with id {made.Id}");

        Got(await house.Experiments.DeleteAsync(Principal.Local, made.Id, Cancellation));
        Refused(
            await house.Experiments.SetTagAsync(Principal.Local, made.Id, new Tag("c", "3"), Cancellation),
            ErrorCode.InvalidArgument,
            $"The experiment {made.Id} {NotActive}");

        async Task<IEnumerable<Tag>> TagsAsync() =>
            Got(await house.Experiments.GetAsync(Principal.Local, made.Id, Cancellation)).Tags.OrderBy(tag => tag.Key);
    }

    [Theory, OnEveryEngine]
    public async Task A_search_finds_by_name_tag_and_stage_in_the_order_asked_for(DatabaseEngine engine)
    {
        await using var house = await StartAsync(engine);
        foreach (var (name, team) in new[] { ("alpha", "x"), ("beta", "y"), ("Beta-2", "x"), ("gone", "x") })
            Got(await house.Experiments.CreateAsync(
                Principal.Local, new NewExperiment(name, null, [new Tag("team", team)]), Cancellation));
        var gone = Got(await house.Experiments.GetByNameAsync(Principal.Local, "gone", Cancellation));
        Got(await house.Experiments.DeleteAsync(Principal.Local, gone.Id, Cancellation));

        Assert.Equal(["Beta-2", "beta", "alpha", "Default"], await SearchAsync(house, null, order: "experiment_id DESC"));
        Assert.Equal(["gone"], await SearchAsync(house, "", StageView.DeletedOnly));
        Assert.Equal(["beta"], await SearchAsync(house, "name LIKE 'beta%'"));
        Assert.Equal(["Beta-2", "beta"], await SearchAsync(house, "name ILIKE 'BETA%'", order: "name ASC"));
        Assert.Equal(["Beta-2", "alpha"], await SearchAsync(house, "tags.team = 'x'", order: "name"));
        Assert.Equal(["gone", "alpha", "Beta-2"], await SearchAsync(house, "tags.team = 'x'", StageView.All, "name DESC"));
        Assert.Equal([], await SearchAsync(house, "tags.team = 'x' AND name = 'beta'"));
    }

    [Theory, OnEveryEngine]
    public async Task Others_see_and_change_the_experiments_of_their_projects_alone(DatabaseEngine engine)
    {
        await using var house = await StartAsync(engine);
        var theirs = await house.AddExperimentAsync("theirs", "p");
        var secret = await house.AddExperimentAsync("secret", "q");

        Assert.Equal(["theirs"], await SearchAsync(house, null, caller: Viewer("p")));
        Got(await house.Experiments.GetAsync(Viewer("p"), theirs.Id, Cancellation));
        Denied(await house.Experiments.GetAsync(Viewer("p"), secret.Id, Cancellation));
        Denied(await house.Experiments.GetByNameAsync(Viewer("p"), "secret", Cancellation));
        Denied(await house.Experiments.RenameAsync(Viewer("p"), theirs.Id, "x", Cancellation));
        Denied(await house.Experiments.DeleteAsync(Contributor("p"), secret.Id, Cancellation));
        Denied(await house.Experiments.CreateAsync(Contributor("p"), new NewExperiment("n", Project: "q"), Cancellation));
        Got(await house.Experiments.RenameAsync(Contributor("p"), theirs.Id, "ours", Cancellation));
    }

    private static void Denied<T>(Result<T> result) => Assert.Equal(ErrorCode.PermissionDenied, result.Error?.Code);

    private static async Task<IReadOnlyList<string>> SearchAsync(
        TrackingHouse house, string? filter, StageView view = StageView.ActiveOnly, string? order = null, Principal? caller = null)
    {
        var search = new ExperimentSearch(filter, order is null ? [] : [order], view, new PageRequest(2), SearchDialect.Mlflow);
        var names = new List<string>();
        do
        {
            var page = Got(await house.Experiments.SearchAsync(caller ?? Principal.Local, search, Cancellation));
            names.AddRange(page.Items.Select(experiment => experiment.Name));
            search = search with { Page = search.Page with { Token = page.NextToken } };
        }
        while (search.Page.Token is not null);
        return names;
    }
}
