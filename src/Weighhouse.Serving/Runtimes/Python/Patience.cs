using System.Diagnostics;

namespace Weighhouse.Serving.Runtimes.Python;

/// <summary>A token that is cancelled after a time, with another one, or when a process ends.</summary>
internal sealed class Patience : IDisposable
{
    private readonly CancellationTokenSource _over = new();
    private readonly CancellationTokenRegistration _link;
    private readonly ITimer _timer;

    public Patience(TimeSpan time, TimeProvider clock, CancellationToken cancellation)
    {
        _link = cancellation.UnsafeRegister(static state => ((Patience)state!).End(), this);
        _timer = clock.CreateTimer(static state => ((Patience)state!).End(), this, time, Timeout.InfiniteTimeSpan);
    }

    public CancellationToken Token => _over.Token;

    public void EndWith(Process process) => _ = EndAfterAsync(process);

    public void Dispose()
    {
        _link.Dispose();
        _timer.Dispose();
        _over.Dispose();
    }

    private async Task EndAfterAsync(Process process)
    {
        try
        {
            await process.WaitForExitAsync(_over.Token);
        }
        catch (OperationCanceledException)
        {
            return;
        }

        End();
    }

    private void End()
    {
        try
        {
            _over.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // What it was to end has ended.
        }
    }
}
