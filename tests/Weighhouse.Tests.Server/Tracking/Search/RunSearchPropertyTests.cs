using Microsoft.Extensions.DependencyInjection;
using Weighhouse.Data;
using Weighhouse.Kernel;
using Weighhouse.Tracking;
using Weighhouse.Tracking.Search;

namespace Weighhouse.Tests.Server.Tracking.Search;

/// <summary>Random searches over random runs find what the naive model finds, in its order, page by page, whatever way they take.</summary>
public sealed class RunSearchPropertyTests(ITestOutputHelper output)
{
    private const int Runs = 220;
    [Theory, OnEveryEngine]
    public async Task A_search_finds_what_the_model_finds(DatabaseEngine engine) => await CompareAsync(engine, new SearchTuning());

    [Theory, OnEveryEngine]
    public async Task So_it_does_when_every_way_is_taken_early(DatabaseEngine engine) => await CompareAsync(
        engine, new SearchTuning { FewMax = 3, TestedMax = 10, TestedBeforeScanMax = 20, ReadAtOnceMax = 4, ChunkMin = 4, ChunkMax = 16,
            ScannedAsSetMax = 5, WalkedExperimentsMax = 2, SortedMax = 2, NarrowedMax = 20, BatchMin = 2, EntriesPerTest = 2,
            CountedMax = 30 });

    [Theory, OnEveryEngine]
    public async Task So_it_does_when_runs_are_tested_one_by_one(DatabaseEngine engine) => await CompareAsync(
        engine, new SearchTuning { FewMax = 0, ProbesMax = 0, TestedMax = int.MaxValue, TestedBeforeScanMax = int.MaxValue,
            ReadAtOnceMax = 6,
            ChunkMin = 8, ChunkMax = 8, SortedMax = 0, NarrowedMax = 0, BatchMin = 1 });

    /// <summary>A page costs PostgreSQL ten round trips, and a search has up to two hundred pages here.</summary>
    private static int Searches(DatabaseEngine engine) => engine is DatabaseEngine.Sqlite ? 300 : 80;

    private async Task CompareAsync(DatabaseEngine engine, SearchTuning tuning)
    {
        var seed = TestSeed.Next();
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        await using var house = await TrackingHouse.StartAsync(engine, services => services.AddSingleton(tuning));
        var world = SearchWorld.Random(random, Runs, experiments: 4);
        await world.StoreAsync(house.Database, TrackingHouse.Cancellation);
        var found = 0;
        for (var i = 0; i < Searches(engine); i++)
        {
            var isMlflow = random.Next(3) == 0;
            var generator = new RandomSearch(random, isMlflow);
            var experiments = Enumerable.Range(1, 5).Where(_ => random.Next(2) == 0).Select(number => (long)number).ToList();
            var search = new RunSearch(
                [.. experiments.Select(number =>
                    new ExperimentId(number))], generator.Filter(), generator.Order(), (StageView)random.Next(3),
                new PageRequest(SearchWorld.Pick(random, [1, 3, 10, 1000])), isMlflow ? SearchDialect.Mlflow : SearchDialect.Native);
            found += await CompareAsync(house, world, search, experiments);
        }

        output.WriteLine($"{found} runs found by {Searches(engine)} searches");
    }

    private static async Task<int> CompareAsync(TrackingHouse house, SearchWorld world, RunSearch search, List<long> experiments)
    {
        var dialect = search.Dialect is SearchDialect.Mlflow ? FilterDialect.Mlflow : FilterDialect.Native;
        var what = $"[{string.Join(',', experiments)}] {search.View} {search.Dialect} '{search.Filter}' by "
            + $"{string.Join(", ", search.OrderBy)} in {search.Page.Size}s";
        var filter = TrackingHouse.Got(FilterParser.Parse(search.Filter, SearchVocabularies.Runs, dialect));
        var order = TrackingHouse.Got(FilterOrder.Parse(search.OrderBy, SearchVocabularies.Runs, dialect));
        var expected = NaiveSearch.Find(world.Runs, experiments, filter, order, search.View);

        var found = new List<string>();
        do
        {
            var page = await house.Runs.SearchAsync(Principal.Local, search, TrackingHouse.Cancellation);
            Assert.False(page.IsFailure, $"{what}: {page.Error}");
            Assert.True(page.Value.NextToken is null || page.Value.Items.Count == search.Page.Size, what);
            found.AddRange(page.Value.Items.Select(run => run.Info.Id.Text));
            search = search with { Page = search.Page with { Token = page.Value.NextToken } };
        }
        while (search.Page.Token is not null);
        Assert.True(expected.SequenceEqual(found), $"{what}\nexpected {string.Join(' ', expected)}\nfound    {string.Join(' ', found)}");
        return found.Count;
    }
}
