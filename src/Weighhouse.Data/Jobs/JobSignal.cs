namespace Weighhouse.Data;

/// <summary>Tells the runner of this process that a job was made durable, so that it need not wait for its next poll.</summary>
internal sealed class JobSignal
{
    private readonly Lock _gate = new();
    private TaskCompletionSource _next = New();

    /// <summary>Completes at the first <see cref="Set"/> after the last <see cref="Reset"/>.</summary>
    public Task Task
    {
        get
        {
            lock (_gate) return _next.Task;
        }
    }

    public void Set()
    {
        lock (_gate) _next.TrySetResult();
    }

    public void Reset()
    {
        lock (_gate)
            if (_next.Task.IsCompleted) _next = New();
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
