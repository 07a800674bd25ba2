using System.Diagnostics;
using Weighhouse.Kernel;

namespace Weighhouse.Serving.Runtimes.Python;

/// <summary>A process on its way to be a worker: with a connection when it has made one, with a name when it has said it.</summary>
internal sealed class StartedProcess(Process process, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan ExitPatience = TimeSpan.FromSeconds(2);

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

    /// <summary>How it ended, when it has; otherwise this, with its last lines.</summary>
    public async Task<Error> ToldAsync(string otherwise)
    {
        var hasExited = await WaitForExitAsync();
        await ReadToEndAsync(hasExited);
        var end = hasExited ? WorkerEnd.Of(process.ExitCode, 0, Tail.ToString()) : new WorkerEnd(otherwise, Tail.ToString());
        return new Error(ErrorCode.Unavailable, $"The Python worker {end}");
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

    public void Kill()
    {
        if (!process.HasExited) process.Kill();
    }

    public void Dispose()
    {
        Kill();
        if (HasConnected) Channel.Dispose();
        process.Dispose();
    }
}
