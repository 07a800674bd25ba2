namespace Weighhouse.Versioning.Workspace.Remotes.Server;

/// <summary>Ends a request on which nothing has moved for a while: a line that goes silently gives no other sign.</summary>
internal sealed class Patience : IDisposable
{
    private readonly CancellationTokenSource _silence;
    private readonly CancellationTokenSource _either;
    private readonly CancellationToken _outer;

    public Patience(TimeProvider time, CancellationToken cancellation)
    {
        _silence = new CancellationTokenSource(ServerLimits.SilenceMax, time);
        _either = CancellationTokenSource.CreateLinkedTokenSource(_silence.Token, cancellation);
        _outer = cancellation;
    }

    public CancellationToken Token => _either.Token;

    /// <summary>Whether whoever asked wants no more.</summary>
    public bool IsGivenUp => _outer.IsCancellationRequested;

    public void Renew() => _silence.CancelAfter(ServerLimits.SilenceMax);

    public void Dispose()
    {
        _either.Dispose();
        _silence.Dispose();
    }
}
