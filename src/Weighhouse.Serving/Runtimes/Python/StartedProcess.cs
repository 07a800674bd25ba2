using System.Diagnostics;
using Weighhouse.Kernel;

namespace Weighhouse.Serving.Runtimes.Python;

/// <summary>A process on its way to be a worker: with a connection when it has made one, with a name when it has said it.</summary>
internal sealed class StartedProcess(Process process, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan ExitPatience = TimeSpan.FromSeconds(2);

    private readonly Lock _gate = new();
    private bool _isDisposed;

    public Process Process => process;

    public WorkerTail Tail { get; } = new();

    public WorkerChannel Channel
    {
        get => field ?? throw new InvariantException("It has not connected yet.");
        set
        {
            field = value;
            HasConnected = true;
        }
    }

    public WorkerHello Hello { get => field ?? throw new InvariantException("It has not said hello yet."); set; }

    public bool HasConnected { get; private set; }

    /// <summary>How it ended, when it has; otherwise this. What it wrote last is in it, and not for everybody who may see errors.</summary>
    public async Task<WorkerEnd> EndAsync(string otherwise)
    {
        var hasExited = await WaitForExitAsync();
        await ReadToEndAsync(hasExited);
        return hasExited ? WorkerEnd.Of(process.ExitCode, 0, Tail.ToString()) : new WorkerEnd(otherwise, Tail.ToString());
    }

    /// <summary>Whether it ends within a moment: who closes a connection is about to.</summary>
    public async Task<bool> WaitForExitAsync()
    {
        try
        {
            await process.WaitForExitAsync(CancellationToken.None).WaitAsync(ExitPatience, time);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    /// <summary>The last lines are in the pipe still when the process is gone.</summary>
    public async Task ReadToEndAsync(bool hasExited)
    {
        if (!hasExited) return;
        try
        {
            await Tail.Ended.WaitAsync(ExitPatience, time);
        }
        catch (TimeoutException)
        {
            // What it started holds its end open.
        }
    }

    /// <summary>At any time, whoever uses it: its connection is then closed from the other side.</summary>
    public void Kill()
    {
        lock (_gate)
            if (!_isDisposed && !process.HasExited) process.Kill();
    }

    public void Dispose()
    {
        Kill();
        if (HasConnected) Channel.Dispose();
        lock (_gate) _isDisposed = true;
        process.Dispose();
    }
}
