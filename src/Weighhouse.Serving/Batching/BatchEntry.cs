using System.Threading.Tasks.Sources;
using Weighhouse.Kernel;

namespace Weighhouse.Serving.Batching;

/// <summary>How far a request is. The batcher's lock guards it.</summary>
internal enum EntryState
{
    Waiting,

    /// <summary>Its tensors are being read: whoever sent it must not have them back yet.</summary>
    Taken,

    /// <summary>Its tensors were copied: it may go.</summary>
    Copied,

    Finished,
}

/// <summary>A request that waits for its rows, and the task its sender awaits.</summary>
internal sealed class BatchEntry(
    Batcher batcher, InferenceRequest request, PredictionId id, int rows, int level, long began, CancellationToken cancellation)
    : IValueTaskSource<Result<InferenceReply>>
{
    // Its sender writes an answer: the thread that runs batches has other work to do.
    private ManualResetValueTaskSourceCore<Result<InferenceReply>> _done = new() { RunContinuationsAsynchronously = true };
    private CancellationTokenRegistration _watch;

    public InferenceRequest Request => request;

    public PredictionId Id => id;

    public int Rows => rows;

    /// <summary>1 is the most urgent.</summary>
    public int Level => level;

    public long Began => began;

    public CancellationToken Cancellation => cancellation;

    public EntryState State { get; set; }

    /// <summary>Its sender gave up while its tensors were being read.</summary>
    public bool Leaves { get; set; }

    /// <summary>The run it is in.</summary>
    public BatchRun? Run { get; set; }

    public BatchEntry? Previous { get; set; }

    public BatchEntry? Next { get; set; }

    public ValueTask<Result<InferenceReply>> Task => new(this, _done.Version);

    /// <summary>Before it is queued, so that it is never finished before it is watched.</summary>
    public void Watch()
    {
        if (!cancellation.CanBeCanceled) return;
        _watch = cancellation.UnsafeRegister(static state => ((BatchEntry)state!).Leave(), this);
    }

    public void Finish(Result<InferenceReply> result) => _done.SetResult(result);

    public void Fail(Exception exception) => _done.SetException(exception);

    public void Cancel() => _done.SetException(new OperationCanceledException(cancellation));

    Result<InferenceReply> IValueTaskSource<Result<InferenceReply>>.GetResult(short token)
    {
        _watch.Dispose();
        return _done.GetResult(token);
    }

    ValueTaskSourceStatus IValueTaskSource<Result<InferenceReply>>.GetStatus(short token) => _done.GetStatus(token);

    void IValueTaskSource<Result<InferenceReply>>.OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _done.OnCompleted(continuation, state, token, flags);

    private void Leave() => batcher.Leave(this);
}
