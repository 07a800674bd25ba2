using Weighhouse.Kernel;

namespace Weighhouse.Versioning.Workspace.Remotes.Server;

/// <summary>Whether to try again after a failure, and after which pause: twice as long each time, each a little different.</summary>
internal sealed class Attempts(TimeProvider time, IdGenerator chance)
{
    private const int Parts = 1_000;

    private int _failures;

    public void Progressed() => _failures = 0;

    /// <summary>Waits, or answers at once that there is no use.</summary>
    public async ValueTask<bool> AgainAsync(Error error, CancellationToken cancellation)
    {
        if (error.Code is not (ErrorCode.Unavailable or ErrorCode.LimitExceeded) || ++_failures >= ServerLimits.AttemptsMax) return false;
        var pause = ServerLimits.PauseFirst * Math.Pow(2, _failures - 1);
        if (pause > ServerLimits.PauseMax) pause = ServerLimits.PauseMax;
        if (error.RetryAfter is { } asked && asked > pause) pause = asked < ServerLimits.SilenceMax ? asked : ServerLimits.SilenceMax;
        await Task.Delay(pause * (0.5 + (chance.Below(Parts) / (double)Parts / 2)), time, cancellation);
        return true;
    }
}
