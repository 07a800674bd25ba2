using Weighhouse.Kernel;
using Weighhouse.Serving.Loading;

namespace Weighhouse.Serving.Runtimes.Python;

/// <summary>A version that runs in the workers of a pool.</summary>
internal sealed class PythonLoadedModel(
    WorkerPool pool, ModelShape shape, IReadOnlyDictionary<string, string> facts, TimeProvider time) : ILoadedModel
{
    public ModelShape Shape => shape;

    public IReadOnlyDictionary<string, string> Facts => facts;

    public int RunsAtOnceMax => pool.SizeMax;

    public async ValueTask<Result<InferenceReply>> RunAsync(
        InferenceRequest request, PredictionId id, VersionCounters counters, CancellationToken cancellation)
    {
        if (!(await pool.TakeAsync(request.Deadline, cancellation)).TryGet(out var worker, out var error)) return error;
        var began = time.GetTimestamp();
        var sent = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var sentAt = began;
        var running = RunAndGiveBackAsync(worker, request, () =>
        {
            sentAt = time.GetTimestamp();
            sent.TrySetResult();
        });
        if (!(await AwaitAsync(running, sent.Task, request, cancellation)).TryGet(out var frame, out error)) return error;
        var done = time.GetTimestamp();
        var read = WorkerReply.Read(request, id, frame);
        if (!read.TryGet(out var reply, out error))
        {
            frame.Dispose();
            return new Error(ErrorCode.Internal, $"The Python worker's answer cannot be read: {error.Message}.");
        }

        counters.AddRun(began, sentAt, done, time.GetTimestamp());
        return reply;
    }

    public void Dispose() => pool.Dispose();

    private async Task<Result<WorkerFrame>> RunAndGiveBackAsync(Worker worker, InferenceRequest request, Action sent)
    {
        try
        {
            return await worker.RunAsync(request, sent);
        }
        finally
        {
            await pool.GiveAsync(worker);
        }
    }

    /// <summary>
    /// Who gives up waiting leaves the worker to finish: what it computes cannot be stopped, and its memory of the request is not ours.
    /// </summary>
    private async ValueTask<Result<WorkerFrame>> AwaitAsync(
        Task<Result<WorkerFrame>> running, Task sent, InferenceRequest request, CancellationToken cancellation)
    {
        var patience = request.Deadline is { } deadline ? time.GetElapsedTime(time.GetTimestamp(), deadline) : Timeout.InfiniteTimeSpan;
        if (request.Deadline is null && !cancellation.CanBeCanceled) return await running;
        try
        {
            if (request.Deadline is not null && patience < TimeSpan.Zero) patience = TimeSpan.Zero;
            return await running.WaitAsync(patience, time, cancellation);
        }
        catch (Exception exception) when (exception is TimeoutException or OperationCanceledException)
        {
            _ = DropAsync(running);
            await sent;
            if (exception is OperationCanceledException) throw;
            return new Error(ErrorCode.Unavailable, "The deadline passed while the model ran. Allow more time.", "deadline");
        }
    }

    private static async Task DropAsync(Task<Result<WorkerFrame>> running)
    {
        if ((await running).TryGet(out var frame, out _)) frame.Dispose();
    }
}
