using System.Data;
using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Npgsql;
using Weighhouse.Kernel;

namespace Weighhouse.Data;

/// <summary>
/// One of the writers. It groups units that wait into one serialisable transaction; when that collides with another writer,
/// each of them runs again by itself, a bounded number of times.
/// </summary>
internal sealed class PostgresLane(
    NpgsqlDataSource source,
    DatabaseOptions options,
    WriteQueue queue,
    LaneGate gate,
    IdGenerator chance,
    TimeProvider time,
    ILogger logger)
{
    private const string Savepoint = "unit";
    private const int BackoffMsMax = 200;

    /// <summary>From this attempt on a unit has the process to itself.</summary>
    private const int AloneFromAttempt = 3;

    private readonly List<WriteUnit> _batch = [];
    private readonly List<(WriteUnit Unit, bool Succeeded)> _ran = [];

    private enum Outcome
    {
        Settled,
        /// <summary>Nothing was committed and nobody was answered: the units may run again.</summary>
        Collided,
    }

    public async Task RunAsync()
    {
        while (await queue.Reader.WaitToReadAsync(CancellationToken.None))
        {
            TakeBatch();
            if (_batch.Count == 0) continue;
            if (_batch.Count > 1 && await TryAsync(_batch, alone: false, isLast: false) is Outcome.Settled) continue;
            foreach (var unit in _batch) await RunAloneAsync(unit);
        }
    }

    /// <summary>This lane's share of what waits, so that the others have theirs.</summary>
    private void TakeBatch()
    {
        _batch.Clear();
        var share = Math.Min(options.PostgresLaneUnitsMax, 1 + queue.Depth / options.PostgresWriteLanes);
        while (_batch.Count < share && queue.Reader.TryRead(out var unit))
            if (!unit.IsAbandoned()) _batch.Add(unit);
    }

    private async Task RunAloneAsync(WriteUnit unit)
    {
        for (var attempt = 1; ; attempt++)
        {
            var isLast = attempt >= options.PostgresAttemptsMax || HasWaitedLong(unit);
            if (await TryAsync([unit], attempt >= AloneFromAttempt, isLast) is Outcome.Settled) return;
            DataMetrics.Retries.Add(1);
            DataLog.Retried(logger, attempt, "collision");
            await Task.Delay(TimeSpan.FromMilliseconds(1 + chance.Below(Math.Min(BackoffMsMax, 2 << attempt))), time);
        }
    }

    /// <summary>While the server is away, callers hear of it in bounded time instead of one after the other's last attempt.</summary>
    private bool HasWaitedLong(WriteUnit unit) =>
        Stopwatch.GetElapsedTime(unit.QueuedAt).TotalMilliseconds > options.PostgresConnectTimeLimitMs;

    private async Task<Outcome> TryAsync(List<WriteUnit> units, bool alone, bool isLast)
    {
        await gate.EnterAsync(alone);
        try
        {
            return await TryInsideAsync(units, isLast);
        }
        finally
        {
            gate.Leave(alone);
        }
    }

    private async Task<Outcome> TryInsideAsync(List<WriteUnit> units, bool isLast)
    {
        var start = Stopwatch.GetTimestamp();
        var committing = false;
        _ran.Clear();
        foreach (var unit in units) unit.Forget();
        try
        {
            await using var connection = await source.OpenConnectionAsync();
            await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.Serializable);
            foreach (var unit in units) await RunUnitAsync(connection, transaction, unit, guarded: units.Count > 1);
            committing = true;
            var commitStart = Stopwatch.GetTimestamp();
            if (_ran.Exists(static entry => entry.Succeeded)) await transaction.CommitAsync();
            else await transaction.RollbackAsync();
            Acknowledge(start, commitStart);
            return Outcome.Settled;
        }
        catch (Exception exception)
        {
            // A boundary: whatever broke, the callers are told or the units run again, and the lane lives on.
            if (!isLast && MayRepeat(exception, committing, units.Count)) return Outcome.Collided;
            Fail(units, exception, committing);
            return Outcome.Settled;
        }
    }

    private async Task RunUnitAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, WriteUnit unit, bool guarded)
    {
        // A lone unit needs no guard: with it the whole transaction goes.
        if (guarded) await transaction.SaveAsync(Savepoint);
        var session = new PostgresSession(connection, transaction, unit.AfterCommit, CancellationToken.None);
        var succeeded = false;
        try
        {
            succeeded = await unit.RunAsync(session);
            if (succeeded && session.Cause is not null)
                throw new InvariantException("A write hid a failure of the database that had undone it; let it through.");
        }
        catch (Exception exception)
        {
            // A boundary: the unit's own bug undoes the unit, and its caller hears of it.
            succeeded = false;
            unit.KeepException(exception);
        }
        finally
        {
            session.Close();
        }

        _ran.Add((unit, succeeded));
        // After a collision, a full disk and the like nothing is left of the transaction that could be rolled back to.
        if (session.Cause is { } cause && (PostgresErrors.IsCollision(cause) || connection.State is not ConnectionState.Open)) throw cause;
        await SettleAsync(transaction, guarded, succeeded);
    }

    private async Task SettleAsync(NpgsqlTransaction transaction, bool guarded, bool succeeded)
    {
        if (succeeded && guarded)
        {
            await transaction.ReleaseAsync(Savepoint);
        }
        else if (guarded)
        {
            await transaction.RollbackAsync(Savepoint);
            await transaction.ReleaseAsync(Savepoint);
        }
    }

    private void Acknowledge(long start, long commitStart)
    {
        var end = Stopwatch.GetTimestamp();
        DataMetrics.Committed(_ran.Count, start, commitStart, end);
        foreach (var (unit, _) in _ran)
        {
            DataMetrics.WriteWaitMs(unit.QueuedAt, end);
            unit.Acknowledge();
        }
    }

    private void Fail(List<WriteUnit> units, Exception exception, bool committing)
    {
        DataLog.BatchFailed(logger, exception, source.ConnectionString, units.Count);
        var error = PostgresErrors.Expected(exception, "Commit");
        if (error is not null && committing && PostgresErrors.IsBroken(exception))
            error = new Error(
                ErrorCode.Unavailable, $"The connection to PostgreSQL broke during the commit: the write may have happened or not. Read "
                + $"it back before trying again. ({exception.Message})");
        foreach (var unit in units)
        {
            // A unit alone that failed by itself says it better, with the name of its statement.
            var keepsItsOwn = !committing && _ran.Contains((unit, false));
            if (error is not null && !keepsItsOwn)
            {
                unit.Fail(error);
                continue;
            }

            if (!keepsItsOwn) unit.KeepException(exception);
            unit.Acknowledge();
        }
    }

    /// <summary>Before the commit, units of a group run again whatever broke the group; a unit alone only where it may help.</summary>
    private static bool MayRepeat(Exception exception, bool committing, int units) =>
        PostgresErrors.IsCollision(exception)
        || (!committing && (PostgresErrors.IsBroken(exception) || (units > 1 && PostgresErrors.IsOfDatabase(exception))));
}
