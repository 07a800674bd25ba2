using System.Collections.Concurrent;
using System.Threading.Channels;
using Microsoft.Extensions.DependencyInjection;
using Weighhouse.Data;
using Weighhouse.Kernel;

namespace Weighhouse.Tests.Server;

public sealed class JobTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory, OnEveryEngine]
    public async Task A_job_runs_soon_after_the_commit_that_asked_for_it(DatabaseEngine engine)
    {
        var handler = new Handler();
        // A poll this rare shows that it is the commit that wakes the runner.
        await using var house = await StartAsync(engine, handler, options => options with { JobPollMs = 600_000 });
        await house.StartBackgroundAsync();

        await EnqueueAsync(house, "a");

        Assert.Equal("a", await handler.NextAsync());
    }

    [Theory, OnEveryEngine]
    public async Task A_job_of_a_unit_that_failed_never_runs(DatabaseEngine engine)
    {
        var handler = new Handler();
        await using var house = await StartAsync(engine, handler);
        await house.StartBackgroundAsync();

        await house.Database.WriteAsync<Done>(
            async session =>
            {
                await house.Get<IJobQueue>().EnqueueAsync(session, Handler.KindName, "undone");
                return Error.Conflict("no");
            },
            Cancellation);
        await EnqueueAsync(house, "done");

        Assert.Equal("done", await handler.NextAsync());
    }

    [Theory, OnEveryEngine]
    public async Task A_job_that_fails_is_tried_again_until_it_succeeds(DatabaseEngine engine)
    {
        var handler = new Handler { Outcome = (_, run) => run < 3 ? Error.Conflict("not yet") : Done.Value };
        await using var house = await StartAsync(engine, handler);
        await house.StartBackgroundAsync();

        await EnqueueAsync(house, "a");
        for (var run = 1; run <= 3; run++) await handler.NextAsync();
        await EmptyAsync(house);

        Assert.Equal(3, handler.Runs["a"]);
        Assert.Empty(await house.Get<IJobQueue>().ListFailedAsync(10, Cancellation));
    }

    [Theory, OnEveryEngine]
    public async Task A_job_that_always_fails_is_kept_as_failed_and_can_be_tried_again(DatabaseEngine engine)
    {
        var mended = false;
        var handler = new Handler { Outcome = (_, _) => mended ? Done.Value : throw new FormatException("the bug") };
        await using var house = await StartAsync(engine, handler, options => options with { JobAttemptsMax = 3 });
        await house.StartBackgroundAsync();

        var id = await EnqueueAsync(house, "a");
        for (var run = 1; run <= 3; run++) await handler.NextAsync();
        var failed = Assert.Single(await FailedAsync(house));
        Assert.Equal((id, "a", 3, "FormatException: the bug"), (failed.Id, failed.Payload, failed.Attempts, failed.Reason));

        mended = true;
        Assert.False((await house.Get<IJobQueue>().RetryAsync(id, Cancellation)).IsFailure);
        await handler.NextAsync();
        await EmptyAsync(house);
        Assert.Equal(ErrorCode.NotFound, (await house.Get<IJobQueue>().RetryAsync(id, Cancellation)).Error?.Code);
    }

    [Theory, OnEveryEngine]
    public async Task While_a_job_with_a_key_waits_another_is_not_added(DatabaseEngine engine)
    {
        await using var house = await StartAsync(engine, new Handler());

        var first = await EnqueueAsync(house, "a", "key");
        var second = await EnqueueAsync(house, "b", "key");
        var other = await EnqueueAsync(house, "c", "other key");

        Assert.Equal(first, second);
        Assert.NotEqual(first, other);
    }

    [Theory, OnEveryEngine]
    public async Task Jobs_with_one_key_run_one_after_the_other(DatabaseEngine engine)
    {
        var inside = 0;
        var handler = new Handler
        {
            RunAsync = async _ =>
            {
                Assert.Equal(1, Interlocked.Increment(ref inside));
                await Task.Yield();
                Interlocked.Decrement(ref inside);
            },
        };
        await using var house = await StartAsync(engine, handler);
        await house.StartBackgroundAsync();

        for (var i = 0; i < 30; i++) await EnqueueAsync(house, $"{i}", "key");
        await EmptyAsync(house);

        Assert.Empty(await FailedAsync(house, wait: false));
    }

    [Theory, OnEveryEngine]
    public async Task No_more_jobs_run_at_once_than_the_option_says(DatabaseEngine engine)
    {
        var inside = 0;
        var insideMax = 0;
        var handler = new Handler
        {
            RunAsync = async stop =>
            {
                var now = Interlocked.Increment(ref inside);
                InterlockedMax(ref insideMax, now);
                await Task.Delay(TimeSpan.FromMilliseconds(2), TimeProvider.System, stop);
                Interlocked.Decrement(ref inside);
            },
        };
        await using var house = await StartAsync(engine, handler, options => options with { JobsConcurrentMax = 3 });
        await house.StartBackgroundAsync();

        for (var i = 0; i < 40; i++) await EnqueueAsync(house, $"{i}");
        for (var i = 0; i < 40; i++) await handler.NextAsync();

        Assert.InRange(insideMax, 2, 3);
    }

    [Theory, OnEveryEngine]
    public async Task A_kind_with_a_limit_of_its_own_leaves_room_for_the_others(DatabaseEngine engine)
    {
        var inside = 0;
        var insideMax = 0;
        var released = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var slow = new Handler
        {
            Kind = "test.slow",
            RunsAtOnceMax = 2,
            RunAsync = async stop =>
            {
                InterlockedMax(ref insideMax, Interlocked.Increment(ref inside));
                await released.Task.WaitAsync(stop);
                Interlocked.Decrement(ref inside);
            },
        };
        var handler = new Handler();
        await using var house = await StartAsync(engine, [handler, slow], static options => options with { JobsConcurrentMax = 4 });
        // All of them are due before the others, and they are enough to take every place.
        for (var i = 0; i < 10; i++) await EnqueueAsync(house, $"slow {i}", kind: slow.Kind);
        for (var i = 0; i < 20; i++) await EnqueueAsync(house, $"{i}");
        await house.StartBackgroundAsync();

        for (var i = 0; i < 2; i++) await slow.NextAsync();
        for (var i = 0; i < 20; i++) await handler.NextAsync();
        released.SetResult();
        await EmptyAsync(house);

        Assert.Equal((2, 10), (insideMax, slow.Runs.Count));
    }

    [Theory, OnEveryEngine]
    public async Task No_kind_waits_for_ever_behind_one_that_always_has_something_to_do(DatabaseEngine engine)
    {
        foreach (var limit in new[] { 1, int.MaxValue })
        {
            TestDatabase? home = null;
            // Each of its jobs has the next one made, due before every other.
            var endless = new Handler
            {
                Kind = "test.endless",
                RunsAtOnceMax = limit,
                RunAsync = async _ => await EnqueueAsync(home!, "again", kind: "test.endless", due: DateTimeOffset.UnixEpoch),
            };
            var handler = new Handler { RunsAtOnceMax = limit == 1 ? int.MaxValue : 1 };
            await using var house = home = await StartAsync(
                engine, [endless, handler], static options => options with { JobsConcurrentMax = 1 });
            for (var i = 0; i < 2; i++) await EnqueueAsync(house, "first", kind: endless.Kind, due: DateTimeOffset.UnixEpoch);
            await EnqueueAsync(house, "waits");
            await house.StartBackgroundAsync();

            Assert.Equal("waits", await handler.NextAsync());
        }
    }

    [Theory, OnEveryEngine]
    public async Task Jobs_survive_the_end_of_the_process_waiting_or_running(DatabaseEngine engine)
    {
        var handler = new Handler();
        await using var house = await StartAsync(engine, handler, options => options with { JobLeaseMs = 200 });
        await EnqueueAsync(house, "running");
        // Claimed by a runner that is heard of no more.
        var claimed = await house.Get<JobTable>().ClaimAsync([Handler.KindName], 1, Cancellation);
        Assert.Single(claimed.Value);
        await EnqueueAsync(house, "waiting");

        await house.OpenAsync();
        await house.StartBackgroundAsync();

        Assert.Equal(["running", "waiting"], new[] { await handler.NextAsync(), await handler.NextAsync() }.Order());
    }

    [Theory, OnEveryEngine]
    public async Task A_runner_that_lost_its_lease_changes_nothing_any_more(DatabaseEngine engine)
    {
        await using var house = await StartAsync(engine, new Handler(), options => options with { JobLeaseMs = 100 });
        var table = house.Get<JobTable>();
        await EnqueueAsync(house, "a");
        var slow = Assert.Single((await table.ClaimAsync([Handler.KindName], 1, Cancellation)).Value);
        var quick = await ClaimAtLastAsync(table);

        await table.FinishAsync(slow);
        await table.FailAsync(slow, "late");
        var lost = await table.RenewAsync([slow, quick], Cancellation);

        Assert.Equal([slow], lost.Value);
        Assert.Equal((slow.Id, 2), (quick.Id, quick.Attempt));
    }

    [Theory, OnEveryEngine]
    public async Task A_job_stopped_by_the_end_of_the_server_goes_back_to_the_queue(DatabaseEngine engine)
    {
        var begun = Channel.CreateUnbounded<bool>();
        var handler = new Handler
        {
            RunAsync = async stop =>
            {
                begun.Writer.TryWrite(true);
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stop);
            },
        };
        await using var house = await StartAsync(engine, handler);
        await house.StartBackgroundAsync();
        await EnqueueAsync(house, "a");
        await begun.Reader.ReadAsync(Cancellation);

        await house.OpenAsync();
        var again = await ClaimAtLastAsync(house.Get<JobTable>());

        Assert.Equal(1, again.Attempt);
    }

    [Theory, OnEveryEngine]
    public async Task A_job_past_its_time_limit_is_stopped_and_tried_again(DatabaseEngine engine)
    {
        var runs = 0;
        var handler = new Handler
        {
            TimeLimit = TimeSpan.FromMilliseconds(50),
            RunAsync = async stop =>
            {
                if (Interlocked.Increment(ref runs) == 1) await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stop);
            },
        };
        await using var house = await StartAsync(engine, handler);
        await house.StartBackgroundAsync();

        await EnqueueAsync(house, "a");
        await EmptyAsync(house);

        Assert.Equal(2, runs);
    }

    [Theory, OnEveryEngine]
    public async Task Replicas_share_the_jobs_and_each_runs_once(DatabaseEngine engine)
    {
        if (engine is DatabaseEngine.Sqlite) return;
        var handler = new Handler();
        await using var house = await StartAsync(engine, handler);
        await using var replica = await house.StartReplicaAsync();
        await house.StartBackgroundAsync();
        await replica.StartBackgroundAsync();

        for (var i = 0; i < 60; i++) await EnqueueAsync(i % 2 == 0 ? house : replica, $"{i}");
        for (var i = 0; i < 60; i++) await handler.NextAsync();
        await EmptyAsync(house);

        Assert.All(handler.Runs, run => Assert.Equal(1, run.Value));
    }

    private static Task<TestDatabase> StartAsync(
        DatabaseEngine engine, Handler handler, Func<DatabaseOptions, DatabaseOptions>? with = null) =>
        StartAsync(engine, [handler], with ?? (static same => same));

    private static Task<TestDatabase> StartAsync(
        DatabaseEngine engine, IEnumerable<Handler> handlers, Func<DatabaseOptions, DatabaseOptions> with) =>
        TestDatabase.StartAsync(
            engine,
            services =>
            {
                foreach (var handler in handlers) services.AddSingleton<IJobHandler>(handler);
            },
            options => with(options with { JobPollMs = 20, JobBackoffMs = 2, JobBackoffMsMax = 10 }));

    private static async Task<long> EnqueueAsync(
        TestDatabase house, string payload, string? key = null, string kind = Handler.KindName, DateTimeOffset? due = null)
    {
        var queue = house.Get<IJobQueue>();
        var id = await house.Database.WriteAsync<long>(
            async session => await queue.EnqueueAsync(session, kind, payload, key, due), Cancellation);
        return id.Value;
    }

    private static async Task<ClaimedJob> ClaimAtLastAsync(JobTable table)
    {
        while (true)
            if ((await table.ClaimAsync([Handler.KindName], 1, Cancellation)).Value is [var job]) return job;
    }

    private static readonly SqlText CountOpen = SqlText.Both("CountOpenJobs", "SELECT COUNT(*) FROM data_jobs WHERE state < 2");

    private static async Task EmptyAsync(TestDatabase house)
    {
        while (await house.Database.ReadAsync(static session => session.Prepare(CountOpen).LongAsync(), Cancellation) > 0)
            await Task.Yield();
    }

    private static async Task<List<FailedJob>> FailedAsync(TestDatabase house, bool wait = true)
    {
        while (true)
        {
            var failed = await house.Get<IJobQueue>().ListFailedAsync(10, Cancellation);
            if (failed.Count > 0 || !wait) return failed;
        }
    }

    private static void InterlockedMax(ref int target, int value)
    {
        int seen;
        while ((seen = Volatile.Read(ref target)) < value && Interlocked.CompareExchange(ref target, value, seen) != seen) { }
    }

    private sealed class Handler : IJobHandler
    {
        public const string KindName = "test.note";

        private readonly Channel<string> _runs = Channel.CreateUnbounded<string>();

        public ConcurrentDictionary<string, int> Runs { get; } = new();

        public Func<string, int, Result<Done>> Outcome { get; init; } = static (_, _) => Done.Value;

        public Func<CancellationToken, Task> RunAsync { get; init; } = static _ => Task.CompletedTask;

        public string Kind { get; init; } = KindName;

        public int RunsAtOnceMax { get; init; } = int.MaxValue;

        public TimeSpan TimeLimit { get; init; } = TimeSpan.FromMinutes(1);

        public ValueTask<string> NextAsync() => _runs.Reader.ReadAsync(Cancellation);

        async ValueTask<Result<Done>> IJobHandler.RunAsync(string payload, CancellationToken cancellation)
        {
            var run = Runs.AddOrUpdate(payload, 1, static (_, runs) => runs + 1);
            _runs.Writer.TryWrite(payload);
            await RunAsync(cancellation);
            return Outcome(payload, run);
        }
    }
}
