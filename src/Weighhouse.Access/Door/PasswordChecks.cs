using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Weighhouse.Access.Users;
using Weighhouse.Data;
using Weighhouse.Kernel;

namespace Weighhouse.Access.Door;

/// <summary>Checks names and passwords: slowly, a few at a time, counting failures.</summary>
internal sealed class PasswordChecks(
    IDatabase database,
    Lockout lockout,
    IHttpContextAccessor accessor,
    AccessOptions options,
    TimeProvider time,
    ILogger<PasswordChecks> logger) : IDisposable
{
    private static readonly TimeSpan BusyPause = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim _turns = new(options.PasswordChecksMax);
    private int _waiting;

    private string Address => ClientAddress.Of(accessor.HttpContext?.Connection.RemoteIpAddress);

    /// <summary>A turn at checking; dispose it. Refused when too many wait already.</summary>
    public async ValueTask<Result<PasswordTurn>> EnterAsync(CancellationToken cancellation)
    {
        if (_turns.Wait(0, CancellationToken.None)) return new PasswordTurn(_turns);
        if (Interlocked.Increment(ref _waiting) > options.PasswordChecksWaitingMax)
        {
            Interlocked.Decrement(ref _waiting);
            return Later($"{options.PasswordChecksWaitingMax} sign-ins are waiting already. Try again in a moment.", BusyPause);
        }

        try
        {
            await _turns.WaitAsync(cancellation);
            return new PasswordTurn(_turns);
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }

    /// <summary>
    /// The user whose name and password these are. Ask within a turn: what failed while this one waited counts, so that guesses sent all
    /// at once get no further than guesses sent one by one.
    /// </summary>
    public async ValueTask<Result<StoredUser>> CheckAsync(string name, string password, CancellationToken cancellation)
    {
        if (Closed(name) is { } closed) return closed;
        // A name nobody can have costs the same time as any other.
        var isPossible = UserName.IsPossible(name);
        var user = isPossible ? await database.ReadAsync(session => UserTable.FindAsync(session, name), cancellation) : null;
        var started = time.GetTimestamp();
        var isRight = await Task.Run(() => PasswordHash.Verify(password, user?.PasswordHash), cancellation);
        AccessMetrics.PasswordChecked(isRight, time.GetElapsedTime(started));
        if (isRight && user is { IsDisabled: false })
        {
            lockout.Succeeded(Counted(name), Address);
            return user;
        }

        if (lockout.Failed(Counted(name), Address))
        {
            AccessMetrics.LockedOut();
            AccessLog.LockedOut(logger, isPossible ? name : "-", Address, options.LockOutTime.TotalMinutes);
        }

        return Authenticator.Wrong;
    }

    /// <summary>The error to answer with while the door is closed to this name or to where it comes from; null when it is open.</summary>
    public Error? Closed(string name) => lockout.ClosedFor(Counted(name), Address) is { } wait
        ? Later($"Too many failed attempts. Try again in {Math.Ceiling(wait.TotalMinutes):F0} min.", wait)
        : null;

    /// <summary>The hash of a new password: as much work as a check, and in the same queue.</summary>
    public async ValueTask<Result<string>> HashAsync(string password, CancellationToken cancellation)
    {
        var entered = await EnterAsync(cancellation);
        if (!entered.TryGet(out var turn, out var error)) return error;
        using (turn) return await Task.Run(() => PasswordHash.Make(password), cancellation);
    }

    public void Dispose() => _turns.Dispose();

    private static Error Later(string message, TimeSpan wait) => new(ErrorCode.LimitExceeded, message) { RetryAfter = wait };

    /// <summary>Names that nobody can have are one, so that making them up fills no table.</summary>
    private static string Counted(string name) => UserName.IsPossible(name) ? name : "";
}

/// <summary>Permission to spend 100 ms of a core.</summary>
internal sealed class PasswordTurn(SemaphoreSlim turns) : IDisposable
{
    public void Dispose() => turns.Release();
}
