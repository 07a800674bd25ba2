using Weighhouse.Data;
using Weighhouse.Kernel;
using Weighhouse.Tracking;

namespace Weighhouse.Tests.Server.Tracking.Runs;

public sealed class RunKeyTests
{
    [Theory, OnEveryEngine]
    public async Task The_keys_of_an_experiment_are_those_of_its_runs_and_of_no_other(DatabaseEngine engine)
    {
        await using var house = await TrackingHouse.StartAsync(engine);
        var experiment = await WithKeysAsync(house, "mine", ["loss", "val/loss"], ["lr"], ["team"]);
        await WithKeysAsync(house, "other", ["loss", "theirs"], ["depth"], []);

        var found = await FindAsync(house, experiment, null);

        Assert.True(found.IsComplete);
        Assert.Equal(["Metric loss", "Metric val/loss", "Param lr", "Tag mlflow.runName", "Tag team"], Names(found));
    }

    [Theory, OnEveryEngine]
    public async Task Keys_are_found_by_a_piece_of_their_name_whatever_its_case_and_characters(DatabaseEngine engine)
    {
        await using var house = await TrackingHouse.StartAsync(engine);
        var experiment = await WithKeysAsync(house, "mine", ["Loss", "val_loss", "valXloss", "100%", "Ärger"], [@"back\slash"], []);

        Assert.Equal(["Metric Loss", "Metric valXloss", "Metric val_loss"], Names(await FindAsync(house, experiment, "loSS")));
        Assert.Equal(["Metric val_loss"], Names(await FindAsync(house, experiment, "l_l")));
        Assert.Equal(["Metric 100%"], Names(await FindAsync(house, experiment, "%")));
        Assert.Equal(["Metric Ärger"], Names(await FindAsync(house, experiment, "äRG")));
        Assert.Equal([@"Param back\slash"], Names(await FindAsync(house, experiment, @"k\s")));
        Assert.Empty(Names(await FindAsync(house, experiment, "nothing")));
    }

    [Theory, OnEveryEngine]
    public async Task Of_many_keys_the_first_are_told_and_that_there_are_more(DatabaseEngine engine)
    {
        await using var house = await TrackingHouse.StartAsync(engine);
        var experiment = await WithKeysAsync(
            house, "mine", [.. Enumerable.Range(0, 12).Select(number => $"m{number:00}")], ["lr"], []);

        var first = await FindAsync(house, experiment, "m", max: 3);
        var all = await FindAsync(house, experiment, "m", max: 12);

        Assert.False(first.IsComplete);
        Assert.Equal(["Metric m00", "Metric m01", "Metric m02", "Tag mlflow.runName"], Names(first));
        Assert.True(all.IsComplete);
        Assert.Equal(13, all.Keys.Count);
    }

    [Theory, OnEveryEngine]
    public async Task Whoever_may_not_see_an_experiment_learns_no_name(DatabaseEngine engine)
    {
        await using var house = await TrackingHouse.StartAsync(engine);
        var experiment = await WithKeysAsync(house, "secret", ["loss"], [], []);

        var strange = await house.Runs.FindKeysAsync(
            TrackingHouse.Viewer("elsewhere"), new RunKeySearch(experiment, null, 10), TrackingHouse.Cancellation);
        var absent = await house.Runs.FindKeysAsync(
            Principal.Local, new RunKeySearch(new ExperimentId(9_999), null, 10), TrackingHouse.Cancellation);
        var tooMany = await house.Runs.FindKeysAsync(
            Principal.Local, new RunKeySearch(experiment, null, 1_001), TrackingHouse.Cancellation);

        Assert.Equal(ErrorCode.PermissionDenied, strange.Error?.Code);
        Assert.Equal(ErrorCode.NotFound, absent.Error?.Code);
        TrackingHouse.Refused(tooMany, ErrorCode.InvalidArgument, "max is 1001; it must be from 1 to 1000. Search by more letters.");
    }

    private static async Task<ExperimentId> WithKeysAsync(
        TrackingHouse house, string name, string[] metrics, string[] parameters, string[] tags)
    {
        var experiment = await house.AddExperimentAsync(name);
        var run = await house.AddRunAsync(experiment.Id, "one");
        await house.AddRunAsync(experiment.Id, "two");
        await house.LogAsync(run.Info.Id, new RunBatch(
            [.. metrics.Select(key => new MetricSample(key, new MetricPoint(0.5, 1_700_000_000_000, 0)))],
            [.. parameters.Select(key => new Param(key, "1"))], [.. tags.Select(key => new Tag(key, "1"))]));
        return experiment.Id;
    }

    private static async Task<RunKeys> FindAsync(TrackingHouse house, ExperimentId experiment, string? text, int max = 100) =>
        TrackingHouse.Got(
            await house.Runs.FindKeysAsync(Principal.Local, new RunKeySearch(experiment, text, max), TrackingHouse.Cancellation));

    private static List<string> Names(RunKeys keys) => [.. keys.Keys.Select(key => $"{key.Kind} {key.Name}")];
}
