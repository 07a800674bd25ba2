using System.Diagnostics;
using Weighhouse.Kernel;

namespace Weighhouse.Data;

/// <summary>One caller's atomic write, waiting for its turn. Its outcome is held until the commit decides.</summary>
internal abstract class WriteUnit(CancellationToken cancellation)
{
    private List<Action>? _afterCommit;

    public long QueuedAt { get; } = Stopwatch.GetTimestamp();

    /// <summary>Where the session collects what to do after the commit.</summary>
    public List<Action> AfterCommit => _afterCommit ??= [];

    /// <summary>Runs the delegate and keeps what it returns or throws. True when its changes may stay.</summary>
    public abstract ValueTask<bool> RunAsync(DbSession session);

    /// <summary>Forgets what the last run left behind, before another.</summary>
    public virtual void Forget() => _afterCommit?.Clear();

    /// <summary>Tells the caller the outcome that was kept. For a unit that succeeded this means: it is durable.</summary>
    public abstract void Acknowledge();

    /// <summary>Tells the caller that its changes are not there, whatever its delegate returned.</summary>
    public abstract void Fail(Error error);

    /// <summary>Replaces the kept outcome by a bug that was found while running.</summary>
    public abstract void KeepException(Exception exception);

    /// <summary>True when the caller has gone away before the unit began; it is then told so.</summary>
    public bool IsAbandoned()
    {
        if (!cancellation.IsCancellationRequested) return false;
        Cancel(cancellation);
        return true;
    }

    protected abstract void Cancel(CancellationToken token);

    /// <summary>Whether the delegate has left anything to do after the commit.</summary>
    protected void RunAfterCommit()
    {
        if (_afterCommit is null) return;
        foreach (var action in _afterCommit) action();
    }
}

internal sealed class WriteUnit<T>(Func<DbSession, ValueTask<Result<T>>> work, CancellationToken cancellation) : WriteUnit(cancellation)
{
    private readonly TaskCompletionSource<Result<T>> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Result<T> _result;
    private Exception? _exception;

    public Task<Result<T>> Completion => _completion.Task;

    public override async ValueTask<bool> RunAsync(DbSession session)
    {
        try
        {
            _result = await work(session);
            return !_result.IsFailure;
        }
        catch (DatabaseException exception)
        {
            _result = exception.Error;
            return false;
        }
    }

    public override void Forget()
    {
        base.Forget();
        _result = default;
        _exception = null;
    }

    public override void Acknowledge()
    {
        if (_exception is not null)
        {
            _completion.SetException(_exception);
            return;
        }

        if (!_result.IsFailure)
        {
            try
            {
                RunAfterCommit();
            }
            catch (Exception exception)
            {
                // A boundary: the commit stands, and the writer lives on for the others; the caller hears of its bug.
                _completion.SetException(exception);
                return;
            }
        }

        _completion.SetResult(_result);
    }

    public override void Fail(Error error) => _completion.SetResult(error);

    public override void KeepException(Exception exception) => _exception = exception;

    protected override void Cancel(CancellationToken token) => _completion.SetCanceled(token);
}
