using Weighhouse.Data;
using Weighhouse.Kernel;
using Weighhouse.Tests.Server.Tracking.Search;
using Weighhouse.Tracking;
using Weighhouse.Tracking.Search;

namespace Weighhouse.Tests.Server.Tracking.Runs;

/// <summary>A count is the number of runs that a search would list.</summary>
public sealed class RunCountTests(ITestOutputHelper output)
{
    private const int Runs = 180;

    [Theory, OnEveryEngine]
    public async Task As_many_are_counted_as_the_model_finds(DatabaseEngine engine)
    {
        var seed = TestSeed.Next();
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        await using var house = await TrackingHouse.StartAsync(engine);
        var world = SearchWorld.Random(random, Runs, experiments: 3);
        await world.StoreAsync(house.Database, TrackingHouse.Cancellation);
        for (var i = 0; i < 200; i++)
        {
            var filter = new RandomSearch(random, isMlflow: false).Filter();
            var experiments = Enumerable.Range(1, 4).Where(_ => random.Next(2) == 0).Select(number => (long)number).ToList();
            var view = (StageView)random.Next(3);
            var node = TrackingHouse.Got(FilterParser.Parse(filter, SearchVocabularies.Runs, FilterDialect.Native));
            var selection = new RunSelection(
                [.. experiments.Select(number => new ExperimentId(number))], filter, view, SearchDialect.Native);

            var counted = await house.Runs.CountAsync(Principal.Local, selection, TrackingHouse.Cancellation);

            var expected = NaiveSearch.Find(world.Runs, experiments, node, [], view).Count;
            var what = $"[{string.Join(',', experiments)}] {view} '{filter}'";
            Assert.True(expected == TrackingHouse.Got(counted), $"{what}: expected {expected}, counted {counted.Value}");
        }
    }

    [Theory, OnEveryEngine]
    public async Task A_count_refuses_what_a_search_refuses(DatabaseEngine engine)
    {
        await using var house = await TrackingHouse.StartAsync(engine);
        var experiment = await house.AddExperimentAsync("secret");
        var selection = new RunSelection([experiment.Id], null, StageView.ActiveOnly, SearchDialect.Native);

        var strange = await house.Runs.CountAsync(TrackingHouse.Viewer("elsewhere"), selection, TrackingHouse.Cancellation);
        var wrong = await house.Runs.CountAsync(
            Principal.Local, selection with { Filter = "metrics.loss < banana" }, TrackingHouse.Cancellation);

        Assert.Equal(ErrorCode.PermissionDenied, strange.Error?.Code);
        Assert.Equal(ErrorCode.InvalidArgument, wrong.Error?.Code);
    }
}
