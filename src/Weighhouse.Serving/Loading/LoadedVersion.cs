using Weighhouse.Kernel;
using Weighhouse.Serving.Runtimes;

namespace Weighhouse.Serving.Loading;

/// <summary>
/// A version in memory. Whoever uses it holds it; disposing gives one hold back, and the last one closes the model. It is made with one
/// hold, its maker's.
/// </summary>
internal sealed class LoadedVersion(ServedVersion served, ILoadedModel model, VersionCounters counters, ServingOptions options)
    : IDisposable
{
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SemaphoreSlim _turns = new(RunsAtOnce(model, options));
    private int _waiting;
    private int _holds = 1;

    public ServedVersion Served => served;

    public VersionCounters Counters => counters;

    /// <summary>When the last hold was given back and the model is out of memory.</summary>
    public Task Closed => _closed.Task;

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
        model.Dispose();
        _turns.Dispose();
        _closed.SetResult();
    }

    /// <summary>Runs it when its turn comes: the processors are not more because more requests want them.</summary>
    public async ValueTask<Result<InferenceReply>> RunAsync(InferenceRequest request, PredictionId id, CancellationToken cancellation)
    {
        if (!_turns.Wait(0, CancellationToken.None) && await WaitAsync(cancellation) is { } refused) return refused;
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

    private static int RunsAtOnce(ILoadedModel model, ServingOptions options) =>
        model.RunsAtOnceMax > 0 ? model.RunsAtOnceMax : options.RunsAtOnce > 0 ? options.RunsAtOnce : 2 * Environment.ProcessorCount;

    private static Error Late(InferenceRequest request) => new(
        ErrorCode.Unavailable,
        $"The deadline passed before '{request.Version.Deployment}' version {request.Version.Version} could run. Allow more time, or ask "
        + "less at once.",
        "deadline");

    private async ValueTask<Error?> WaitAsync(CancellationToken cancellation)
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

        counters.AddWait(began);
        return null;
    }
}
