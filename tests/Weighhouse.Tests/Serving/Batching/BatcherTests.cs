using Weighhouse.Kernel;
using Weighhouse.Serving;
using Weighhouse.Serving.Batching;
using Weighhouse.Serving.Canaries;
using Weighhouse.Serving.Prediction;

namespace Weighhouse.Tests.Serving.Batching;

public sealed class BatcherTests(ITestOutputHelper output)
{
    /// <summary>A minute: what hangs fails, and nothing else does on a machine that is busy.</summary>
    private const int TimeMs = 60_000;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory(Timeout = TimeMs)]
    [InlineData(1)]
    [InlineData(3)]
    public async Task Everybody_gets_exactly_their_rows_while_others_leave_and_fail(int runsAtOnce)
    {
        var seed = TestSeed.Next();
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var policy = new BatchPolicy(16, DelayMs: 1, PreferredRows: [4, 8], PadRows: true, QueueMax: 10_000);
        using var house = new BatchHouse(policy, runsAtOnce: runsAtOnce);
        var (answered, refused, left) = (0, 0, 0);
        var asking = Task.WhenAll(Enumerable.Range(0, 16).Select(_ => new Random(random.Next())).Select(chance => Task.Run(async () =>
        {
            for (var i = 0; i < 300; i++)
            {
                var rows = Rows(chance);
                var isPoisoned = chance.Next(20) == 0;
                if (isPoisoned) rows[0][0] = -1;
                using var leaving = new CancellationTokenSource();
                var leaves = chance.Next(5) == 0;
                try
                {
                    var asked = house.AskAsync(rows, chance.Next(0, 20), cancellation: leaves ? leaving.Token : default);
                    if (leaves && chance.Next(2) == 0) await Task.Yield();
                    if (leaves) await leaving.CancelAsync();
                    var error = await asked;
                    Assert.Equal(isPoisoned ? RowModel.Refusal : null, error?.Message);
                    Interlocked.Increment(ref isPoisoned ? ref refused : ref answered);
                }
                catch (OperationCanceledException) when (leaves)
                {
                    Interlocked.Increment(ref left);
                }
            }
        }, Cancellation)));
        // Whoever waits for company does so until the clock moves.
        while (!asking.IsCompleted)
        {
            house.Time.Advance(TimeSpan.FromMilliseconds(1));
            await Task.Yield();
        }

        await asking;
        Assert.Equal(16 * 300, answered + refused + left);
        Assert.True(answered > 0 && refused > 0 && left > 0, $"{answered} answered, {refused} refused, {left} left");
        Assert.Contains(house.Model.RowsOfRuns, static rows => rows > 5);
        house.Version.Dispose();
        await house.Version.Closed.WaitAsync(Cancellation);
        Assert.True(house.Model.IsClosed);
    }

    [Fact(Timeout = TimeMs)]
    public async Task What_arrives_while_the_model_runs_is_the_next_run()
    {
        var running = new TaskCompletionSource();
        using var house = new BatchHouse(new BatchPolicy(64), new RowModel { Held = running.Task });
        var asked = Enumerable.Range(0, 9).Select(i => house.AskAsync([[i]])).ToArray();
        running.SetResult();
        Assert.All(await Task.WhenAll(asked), static error => Assert.Null(error));
        Assert.Equal(9, house.Model.RowsOfRuns.Sum());
        Assert.InRange(house.Model.Runs, 1, 3);
    }

    [Fact(Timeout = TimeMs)]
    public async Task A_full_run_and_a_preferred_size_begin_without_waiting()
    {
        using var full = new BatchHouse(new BatchPolicy(4, DelayMs: 10_000));
        await Task.WhenAll(Enumerable.Range(0, 4).Select(i => full.AskAsync([[i]]))).WaitAsync(Cancellation);
        Assert.Equal([4], full.Model.RowsOfRuns);
        using var preferred = new BatchHouse(new BatchPolicy(64, DelayMs: 10_000, PreferredRows: [3, 6]));
        await Task.WhenAll(Enumerable.Range(0, 3).Select(i => preferred.AskAsync([[i]]))).WaitAsync(Cancellation);
        Assert.Equal([3], preferred.Model.RowsOfRuns);
    }

    [Fact(Timeout = TimeMs)]
    public async Task Who_waits_for_nobody_is_answered_when_the_delay_is_over_or_the_policy_ends()
    {
        using var house = new BatchHouse(new BatchPolicy(64, DelayMs: 5));
        var first = house.AskAsync([[1]]);
        house.Time.Advance(TimeSpan.FromMilliseconds(4));
        Assert.Equal((false, 0), (first.IsCompleted, house.Model.Runs));
        house.Time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Null(await first.WaitAsync(Cancellation));
        house.Version.Batch(new BatchPolicy(64, DelayMs: 10_000));
        var waiting = house.AskAsync([[2]]);
        Assert.False(waiting.IsCompleted);
        house.Version.Batch(null);
        Assert.Null(await waiting.WaitAsync(Cancellation));
        Assert.Null(await house.AskAsync([[3]]).WaitAsync(Cancellation));
    }

    [Fact(Timeout = TimeMs)]
    public async Task Waiting_for_company_is_not_the_models_time()
    {
        using var house = new BatchHouse(new BatchPolicy(64, DelayMs: 2_000));
        var canary = new CanaryTally { SlowTicks = TimeSpan.FromSeconds(1).Ticks };
        var predictor = new Predictor(null!, IdGenerator.Secure);
        using var request = house.Request([[1]], arm: canary.Others);
        var asked = predictor.PredictAsync(request, Cancellation).AsTask();
        house.Time.Advance(TimeSpan.FromMilliseconds(2_000));
        Assert.True((await asked.WaitAsync(Cancellation)).TryGet(out var reply, out _));
        reply.Dispose();
        Assert.Equal(TimeSpan.FromSeconds(2).Ticks, request.WaitedTicks);
        var statistics = house.Version.Counters.Read(house.Version.Served);
        Assert.Equal(1, statistics.InferenceCount);
        Assert.InRange(statistics.Latency.P99Ms, 0, 1);
        // Nor is it slow in the eyes of a canary.
        Assert.Equal(new ArmCounts(1, 0, 1, 0, 0, 0), canary.Others.Read());
    }

    [Fact(Timeout = TimeMs)]
    public async Task A_full_queue_turns_away_the_least_urgent_and_says_when_to_come_again()
    {
        using var house = new BatchHouse(new BatchPolicy(64, DelayMs: 10_000, QueueMax: 2));
        var usual = house.AskAsync([[1]]);
        var lazy = house.AskAsync([[2]], priority: 12);
        var urgent = house.AskAsync([[3]], priority: 1);
        var turnedAway = await lazy.WaitAsync(Cancellation);
        Assert.Equal(ErrorCode.LimitExceeded, turnedAway?.Code);
        Assert.NotNull(turnedAway?.RetryAfter);
        Assert.Equal(ErrorCode.LimitExceeded, (await house.AskAsync([[4]]).WaitAsync(Cancellation))?.Code);
        house.Version.Batch(null);
        Assert.Null(await usual);
        Assert.Null(await urgent);
    }

    [Fact(Timeout = TimeMs)]
    public async Task A_deadline_begins_a_run_early_and_one_that_is_over_is_not_run()
    {
        using var house = new BatchHouse(new BatchPolicy(64, DelayMs: 10_000));
        using var soon = house.Request([[1]]);
        soon.Deadline = house.Time.GetTimestamp() + house.Time.TimestampFrequency / 20;
        var running = house.Version.RunAsync(soon, default, Cancellation).AsTask();
        house.Time.Advance(TimeSpan.FromMilliseconds(49));
        Assert.Equal((false, 0), (running.IsCompleted, house.Model.Runs));
        house.Time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.True((await running.WaitAsync(Cancellation)).TryGet(out var reply, out _));
        reply.Dispose();

        using var over = house.Request([[1]]);
        over.Deadline = house.Time.GetTimestamp() - 1;
        var runs = house.Model.Runs;
        var refused = await house.Version.RunAsync(over, default, Cancellation).AsTask().WaitAsync(Cancellation);
        Assert.Equal((ErrorCode.Unavailable, "deadline", runs), (refused.Error!.Code, refused.Error.Field, house.Model.Runs));
    }

    [Fact(Timeout = TimeMs)]
    public async Task Rows_of_different_lengths_share_a_run_only_where_they_may_be_filled_up()
    {
        using var apart = new BatchHouse(new BatchPolicy(2, DelayMs: 5));
        var both = Task.WhenAll(apart.AskAsync([[1]]), apart.AskAsync([[1, 2, 3]]));
        apart.Time.Advance(TimeSpan.FromMilliseconds(5));
        await both.WaitAsync(Cancellation);
        Assert.Equal([1, 1], apart.Model.RowsOfRuns);
        using var joined = new BatchHouse(new BatchPolicy(3, DelayMs: 10_000, PadVariable: true));
        var errors = await Task.WhenAll(joined.AskAsync([[1]], paddedWidth: 3), joined.AskAsync([[1, 2, 3], [4, 5, 6]], paddedWidth: 3))
            .WaitAsync(Cancellation);
        Assert.All(errors, static error => Assert.Null(error));
        Assert.Equal([3], joined.Model.RowsOfRuns);
    }

    [Fact(Timeout = TimeMs)]
    public async Task Runs_are_filled_up_to_the_next_preferred_size_and_answers_are_not()
    {
        using var house = new BatchHouse(new BatchPolicy(32, DelayMs: 5, PreferredRows: [8, 16], PadRows: true));
        var asked = house.AskAsync([[1], [2], [3]]);
        house.Time.Advance(TimeSpan.FromMilliseconds(5));
        Assert.Null(await asked.WaitAsync(Cancellation));
        Assert.Equal([8], house.Model.RowsOfRuns);
    }

    [Fact(Timeout = TimeMs)]
    public async Task A_model_that_does_not_answer_row_by_row_runs_one_request_at_a_time_from_then_on()
    {
        using var house = new BatchHouse(new BatchPolicy(4, DelayMs: 10_000), new RowModel { IsUnfit = true });
        using var first = house.Request([[1], [2]]);
        using var second = house.Request([[3], [4]]);
        var runs = new[]
        {
            house.Version.RunAsync(first, default, Cancellation).AsTask(), house.Version.RunAsync(second, default, Cancellation).AsTask(),
        };
        foreach (var run in runs)
        {
            Assert.True((await run).TryGet(out var reply, out _));
            using (reply) Assert.Equal([1L, 1L], reply.Output(0).Shape.ToArray());
        }

        Assert.Equal([4, 2, 2], house.Model.RowsOfRuns);
        using var third = house.Request([[5]]);
        Assert.True((await house.Version.RunAsync(third, default, Cancellation)).TryGet(out var alone, out _));
        alone.Dispose();
        Assert.Equal([4, 2, 2, 1], house.Model.RowsOfRuns);
    }

    [Fact(Timeout = TimeMs)]
    public async Task A_run_that_everybody_has_left_is_stopped()
    {
        using var house = new BatchHouse(new BatchPolicy(2), new RowModel { Held = new TaskCompletionSource().Task });
        using var leaving = new CancellationTokenSource();
        var asked = Enumerable.Range(0, 6).Select(i => house.AskAsync([[i]], cancellation: leaving.Token)).ToArray();
        await leaving.CancelAsync();
        foreach (var one in asked) await Assert.ThrowsAnyAsync<OperationCanceledException>(() => one.WaitAsync(Cancellation));
        house.Model.Held = Task.CompletedTask;
        Assert.Null(await house.AskAsync([[1]]).WaitAsync(Cancellation));
    }

    private static float[] Row(Random chance, int width) => [.. Enumerable.Range(0, width).Select(_ => (float)chance.Next(9_999))];

    private static float[][] Rows(Random chance)
    {
        var width = chance.Next(1, 3);
        return [.. Enumerable.Range(0, chance.Next(1, 6)).Select(_ => Row(chance, width))];
    }
}
