using System.Threading.Channels;
using Microsoft.Extensions.Logging.Abstractions;
using Weighhouse.Kernel;
using Weighhouse.Registry;
using Weighhouse.Serving;
using Weighhouse.Serving.Loading;
using Weighhouse.Serving.Runtimes;
using Weighhouse.Serving.Runtimes.Python;
using Weighhouse.TestKit;

namespace Weighhouse.Tests.Serving.Python;

/// <summary>Workers are started, replaced and waited for by a clock that the test moves.</summary>
public sealed class WorkerPoolTests : IDisposable
{
    /// <summary>A minute: what hangs fails, and nothing else does on a machine that is busy.</summary>
    private const int TimeMs = 60_000;

    private static readonly ServedVersion Served = new(
        "default", "d", "m", 1, "python", new ModelShape([], []), new Dictionary<string, string>());

    private readonly ManualTime _time = new();
    private readonly List<FarWorker> _workers = [];
    private readonly Channel<Func<Result<Worker>>> _starts = Channel.CreateUnbounded<Func<Result<Worker>>>();
    private readonly Channel<bool> _begun = Channel.CreateUnbounded<bool>();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        foreach (var worker in _workers) worker.Dispose();
    }

    [Fact(Timeout = TimeMs)]
    public async Task A_worker_that_has_done_its_share_is_replaced_though_the_first_starts_fail()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Workers are processes of Unix.");
        var options = Options() with { RecycleRequests = 1 };
        using var pool = Pool(options, out var first);
        var second = New(options);
        NextStart(static () => new Error(ErrorCode.Unavailable, "no memory"));
        NextStart(static () => new Error(ErrorCode.Unavailable, "no memory"));
        NextStart(() => second);

        await UseAsync(pool);
        await BegunAsync();
        // It answers as before until there is another one, and that it does shortens no delay.
        Assert.Same(first, await UseAsync(pool));
        await DelayedAsync(options.RestartDelay);
        _time.Advance(options.RestartDelay);
        await BegunAsync();
        Assert.Same(first, await UseAsync(pool));
        await DelayedAsync(2 * options.RestartDelay);
        _time.Advance(2 * options.RestartDelay - TimeSpan.FromMilliseconds(1));
        Assert.False(_begun.Reader.TryPeek(out _));
        _time.Advance(TimeSpan.FromMilliseconds(1));
        await BegunAsync();
        while (await UseAsync(pool) != second) await Task.Yield();
        while (FarWorker.IsAlive(first.Id)) await Task.Yield();
    }

    [Fact(Timeout = TimeMs)]
    public async Task A_deadline_runs_while_a_request_waits_for_a_worker()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Workers are processes of Unix.");
        var pool = Pool(Options(), out var only);
        using var model = new PythonLoadedModel(pool, Served.Shape, Served.Facts, _time);
        Assert.Same(only, (await pool.TakeAsync(null, Cancellation)).Value);
        using var request = new InferenceRequest(Served, null) { Deadline = _time.GetTimestamp() + TimeSpan.FromMilliseconds(50).Ticks };
        var asked = model.RunAsync(request, default, new VersionCounters(_time), Cancellation).AsTask();
        _time.Advance(TimeSpan.FromMilliseconds(49));
        Assert.False(asked.IsCompleted);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        var late = (await asked.WaitAsync(Cancellation)).Error!;
        Assert.Equal(
            (ErrorCode.Unavailable, "deadline", "The deadline passed before a Python worker was free. Allow more time."),
            (late.Code, late.Field, late.Message));

        // The worker is for whoever comes next.
        await pool.GiveAsync(only);
        using var next = new InferenceRequest(Served, null);
        Assert.True((await model.RunAsync(next, default, new VersionCounters(_time), Cancellation)).TryGet(out var reply, out _));
        reply.Dispose();
    }

    [Fact(Timeout = TimeMs)]
    public async Task A_start_that_throws_is_a_start_that_failed()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Workers are processes of Unix.");
        var options = Options();
        using var pool = Pool(options, out var first);
        var second = New(options);
        NextStart(static () => throw new InvalidOperationException("a bug"));
        NextStart(() => second);
        Assert.Same(first, (await pool.TakeAsync(null, Cancellation)).Value);
        first.Kill();
        await first.Exited.WaitAsync(Cancellation);
        await pool.GiveAsync(first);
        await DelayedAsync(options.RestartDelay);
        _time.Advance(options.RestartDelay);
        await BegunAsync();
        await DelayedAsync(2 * options.RestartDelay);

        // Nobody is let wait for one that may not come.
        var refused = await pool.TakeAsync(null, Cancellation);
        Assert.Equal(ErrorCode.Unavailable, refused.Error?.Code);
        Assert.Contains("starting one failed", refused.Error!.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("a bug", refused.Error.Message, StringComparison.Ordinal);
        _time.Advance(2 * options.RestartDelay);
        await BegunAsync();
        Assert.Same(second, (await pool.TakeAsync(null, Cancellation)).Value);
    }

    [Fact(Timeout = TimeMs)]
    public async Task A_worker_that_is_busy_for_nobody_ends_with_its_version()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Workers are processes of Unix.");
        var pool = Pool(Options() with { WorkersMin = 1 }, out var busy);
        Assert.Same(busy, (await pool.TakeAsync(null, Cancellation)).Value);
        pool.Dispose();
        await busy.Exited.WaitAsync(Cancellation);
        await pool.GiveAsync(busy);
    }

    private static PythonOptions Options() => new()
    {
        WorkersMax = 1,
        RestartDelay = TimeSpan.FromMilliseconds(500),
        HealthInterval = TimeSpan.FromDays(1),
        IdleMax = TimeSpan.FromDays(1),
    };

    private static async Task<Worker> UseAsync(WorkerPool pool)
    {
        var worker = (await pool.TakeAsync(null, Cancellation)).Value;
        using var request = new InferenceRequest(Served, null);
        (await worker.RunAsync(request, static () => { })).Value.Dispose();
        await pool.GiveAsync(worker);
        return worker;
    }

    private WorkerPool Pool(PythonOptions options, out Worker first)
    {
        var model = new PlacedModel("", [], "d", new ModelVersionId("m", 1));
        var order = new WorkerOrder(model, "python3", "", IsIsolated: false, Threads: 1, options);
        return new WorkerPool(order, StartAsync, first = New(options), _time, NullLogger.Instance);
    }

    private Worker New(PythonOptions options)
    {
        var worker = new FarWorker(options, _time);
        _workers.Add(worker);
        return worker.Worker;
    }

    private void NextStart(Func<Result<Worker>> start) => Assert.True(_starts.Writer.TryWrite(start));

    private async Task<Result<Worker>> StartAsync(CancellationToken cancellation)
    {
        _begun.Writer.TryWrite(true);
        var start = await _starts.Reader.ReadAsync(cancellation);
        return start();
    }

    private async Task BegunAsync() => await _begun.Reader.ReadAsync(Cancellation);

    /// <summary>Until the pool waits to start the next one.</summary>
    private async Task DelayedAsync(TimeSpan delay)
    {
        while (!_time.IsAnyDueWithin(delay)) await Task.Yield();
    }
}
