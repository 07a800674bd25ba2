using Microsoft.Extensions.DependencyInjection;
using Weighhouse.Data;
using Weighhouse.Kernel;
using Weighhouse.Tracking;
using Weighhouse.Tracking.Search;
using static Weighhouse.Tests.Server.Tracking.TrackingHouse;

namespace Weighhouse.Tests.Server.Tracking.Search;

/// <summary>Pages are stable while others write: of the runs that were there at the first page none is missed and none seen
/// twice.</summary>
public sealed class PagingTests(ITestOutputHelper output)
{
    private const int Runs = 60;

    /// <summary>Between the pages of a search, and as many beside them: so that the pages come to an end.</summary>
    private const int AddedMax = 25;

    private static readonly string[][] Orders =
    [
        [], ["attributes.start_time ASC"], ["metrics.loss DESC"], ["params.lr ASC", "metrics.loss ASC"], ["attributes.end_time DESC"],
        ["attributes.status ASC"], ["attributes.run_name DESC"], ["attributes.user_id ASC", "attributes.start_time DESC"],
        ["attributes.artifact_uri ASC"],
    ];

    private static readonly string[] Filters = ["", "metrics.loss < 0.8", "params.lr != '2'", "attributes.run_name LIKE '%a%'"];

    [Theory, OnEveryEngine]
    public async Task No_run_is_missed_or_seen_twice_while_runs_are_added(DatabaseEngine engine) =>
        await CompareAsync(engine, new SearchTuning());

    [Theory, OnEveryEngine]
    public async Task So_it_is_when_every_way_is_taken_early(DatabaseEngine engine) => await CompareAsync(
        engine, new SearchTuning { FewMax = 3, TestedMax = 5, TestedBeforeScanMax = 9, ReadAtOnceMax = 4, ChunkMin = 4, ChunkMax = 8,
            ScannedAsSetMax = 5, SortedMax = 2, NarrowedMax = 10, BatchMin = 2, EntriesPerTest = 2 });

    private async Task CompareAsync(DatabaseEngine engine, SearchTuning tuning)
    {
        var seed = TestSeed.Next();
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        await using var house = await StartAsync(engine, services => services.AddSingleton(tuning));
        for (var i = 0; i < Runs; i++) await AddAsync(house, random);
        var added = 0;
        foreach (var order in Orders)
        {
            var search = TrackingHouse.Search(SearchWorld.Pick(random, Filters)) with { OrderBy = order, Page = new PageRequest(1_000) };
            var before = Got(await house.Runs.SearchAsync(Principal.Local, search, Cancellation)).Items.Select(Id).ToList();
            Assert.NotEmpty(before);
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
            var writer = AddUntilAsync(house, new Random(random.Next()), stop.Token);
            var found = await PageAsync(house, search, random);
            await stop.CancelAsync();
            added += await writer;

            var seen = found.Where(before.ToHashSet().Contains).ToList();
            Assert.True(
                before.SequenceEqual(seen),
                $"'{search.Filter}' by {string.Join(", ", order)}\nbefore {string.Join(' ', before)}\nseen   {string.Join(' ', seen)}");
        }

        output.WriteLine($"{added} runs added beside the pages, and others between them");
    }

    /// <summary>All pages, with a run or two made after each: whatever the writer beside manages, there are new ones.</summary>
    private static async Task<List<string>> PageAsync(TrackingHouse house, RunSearch search, Random random)
    {
        var found = new List<string>();
        search = search with { Page = new PageRequest(random.Next(1, 7)) };
        var mayAdd = AddedMax;
        do
        {
            var page = Got(await house.Runs.SearchAsync(Principal.Local, search, Cancellation));
            found.AddRange(page.Items.Select(Id));
            search = search with { Page = search.Page with { Token = page.NextToken } };
            for (var i = random.Next(1, 3); i > 0 && mayAdd > 0; i--, mayAdd--) await AddAsync(house, random);
        }
        while (search.Page.Token is not null);
        return found;
    }

    private static Task<int> AddUntilAsync(TrackingHouse house, Random random, CancellationToken stop) => Task.Run(
        async () =>
        {
            var added = 0;
            for (; added < AddedMax && !stop.IsCancellationRequested; added++) await AddAsync(house, random);
            return added;
        },
        CancellationToken.None);

    /// <summary>A run that never changes once it is made, with few different values so that there are ties.</summary>
    private static async Task AddAsync(TrackingHouse house, Random random)
    {
        var id = new RunId($"{random.Next():x8}{random.Next():x8}");
        Got(await house.Runs.CreateAsync(
            Principal.Local,
            new NewRun(ExperimentId.Default, SearchWorld.Pick(random, ["ann", "bob"]), 1_700_000_000_000 + random.Next(20),
                SearchWorld.Pick(random, ["a", "ab", "b", "ca"]), [], id),
            Cancellation));
        await house.LogAsync(id, new RunBatch(
            random.Next(5) == 0 ? [] : [new MetricSample("loss", new MetricPoint(random.Next(8) / 8.0, 1, 1))],
            [new Param("lr", $"{random.Next(3)}")], []));
        if (random.Next(3) > 0)
            Got(await house.Runs.UpdateAsync(
                Principal.Local, id, new RunChange(RunStatus.Finished, 1_700_000_100_000 + random.Next(5)), Cancellation));
    }

    private static string Id(Run run) => run.Info.Id.Text;
}
