using Weighhouse.Kernel;
using Weighhouse.Serving.Batching;
using Weighhouse.Serving.Runtimes;

namespace Weighhouse.Serving.Loading;

/// <summary>
/// A version in memory. Whoever uses it holds it; disposing gives one hold back, and the last one closes the model. It is made with one
/// hold, its maker's.
/// </summary>
internal sealed class LoadedVersion(
    ServedVersion served, ILoadedModel model, VersionCounters counters, ServingOptions options, BatchParts batching,
    IDisposable? files = null) : IDisposable
{
    private readonly bool _suitsBatching = BatchRules.Suits(served.Shape);
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SemaphoreSlim _turns = new(RunsAtOnce(model, options));
    private volatile Batcher? _batcher;
    private BatchPolicy? _policy;
    private volatile bool _isUnfit;
    private int _waiting;
    private int _holds = 1;

    public ServedVersion Served => served;

    public VersionCounters Counters => counters;

    /// <summary>How many runs the model can take at once; 0 when only the processors limit them.</summary>
    public int RunsAtOnceMax => model.RunsAtOnceMax;

    /// <summary>When the last hold was given back and the model is out of memory.</summary>
    public Task Closed => _closed.Task;

    /// <summary>Whether its answers have shown that its requests cannot be run together.</summary>
    public bool IsUnfit => _isUnfit;

    /// <summary>Gathers requests by the policy from now on; null for one at a time. The fleet's loop alone calls this.</summary>
    public void Batch(BatchPolicy? policy)
    {
        if (Equals(_policy, policy)) return;
        _policy = policy;
        var before = _batcher;
        if (policy is not null && !_suitsBatching) ServingLog.BatchingUnsuited(batching.Logger, served.Deployment, served.Version);
        _batcher = policy is null || !_suitsBatching ? null : new Batcher(policy, batching, this);
        before?.Dispose();
    }

    /// <summary>Whether this is the first to find out.</summary>
    public bool BecomeUnfit() => !Interlocked.Exchange(ref _isUnfit, true);

    /// <summary>Whether it can be used: false when its maker has let it go and nobody else holds it.</summary>
    public bool TryHold()
    {
        var holds = Volatile.Read(ref _holds);
        while (holds > 0)
        {
            var seen = Interlocked.CompareExchange(ref _holds, holds + 1, holds);
            if (seen == holds) return true;
            holds = seen;
        }

        return false;
    }

    public void Dispose()
    {
        if (Interlocked.Decrement(ref _holds) != 0) return;
        _batcher?.Dispose();
        model.Dispose();
        files?.Dispose();
        _turns.Dispose();
        _closed.SetResult();
    }

    /// <summary>Runs it, with others when the deployment asks for that and the request can be.</summary>
    public ValueTask<Result<InferenceReply>> RunAsync(InferenceRequest request, PredictionId id, CancellationToken cancellation) =>
        _batcher is { } batcher && !_isUnfit && RowsOf(request) is var rows and > 0
            ? batcher.RunAsync(request, rows, id, cancellation)
            : RunAloneAsync(request, id, cancellation);

    /// <summary>Runs the model now: whoever calls this has a turn.</summary>
    public ValueTask<Result<InferenceReply>> RunModelAsync(InferenceRequest request, PredictionId id, CancellationToken cancellation) =>
        model.RunAsync(request, id, counters, cancellation);

    /// <summary>Runs it when its turn comes: the processors are not more because more requests want them.</summary>
    private async ValueTask<Result<InferenceReply>> RunAloneAsync(InferenceRequest request, PredictionId id, CancellationToken cancellation)
    {
        if (!_turns.Wait(0, CancellationToken.None) && await WaitAsync(request, cancellation) is { } refused) return refused;
        try
        {
            if (request.Deadline is { } deadline && counters.Now > deadline) return Late(request);
            return await model.RunAsync(request, id, counters, cancellation);
        }
        finally
        {
            _turns.Release();
        }
    }

    /// <summary>How many rows it has; 0 when its inputs do not agree or have none, and then it runs alone.</summary>
    private static int RowsOf(InferenceRequest request)
    {
        var rows = request.Input(0).Shape[0];
        for (var i = 1; i < request.Shape.Inputs.Count; i++)
            if (request.Input(i).Shape[0] != rows) return 0;
        return (int)Math.Min(rows, int.MaxValue);
    }

    private static int RunsAtOnce(ILoadedModel model, ServingOptions options) =>
        model.RunsAtOnceMax > 0 ? model.RunsAtOnceMax : options.RunsAtOnce > 0 ? options.RunsAtOnce : 2 * Environment.ProcessorCount;

    private static Error Late(InferenceRequest request) => new(
        ErrorCode.Unavailable,
        $"The deadline passed before '{request.Version.Deployment}' version {request.Version.Version} could run. Allow more time, or ask "
        + "less at once.",
        "deadline");

    private async ValueTask<Error?> WaitAsync(InferenceRequest request, CancellationToken cancellation)
    {
        if (Interlocked.Increment(ref _waiting) > options.WaitingMax)
        {
            Interlocked.Decrement(ref _waiting);
            return new Error(
                ErrorCode.LimitExceeded,
                $"{options.WaitingMax} requests wait for '{served.Deployment}' version {served.Version} already. Ask again in a moment.")
            {
                RetryAfter = options.RetryAfter,
            };
        }

        var began = counters.Now;
        try
        {
            await _turns.WaitAsync(cancellation);
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }

        request.WaitedTicks = counters.AddWait(began);
        return null;
    }
}
