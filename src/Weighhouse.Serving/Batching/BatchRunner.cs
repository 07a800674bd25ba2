using Weighhouse.Kernel;
using Weighhouse.Serving.Loading;

namespace Weighhouse.Serving.Batching;

/// <summary>
/// Runs what was gathered and gives everybody their own rows. A run that fails is run again one request at a time, so that a request that
/// the model refuses costs the others nothing but time.
/// </summary>
internal sealed class BatchRunner(BatchPolicy policy, BatchParts parts, LoadedVersion version, Lock gate)
{
    private long _usualTicks;

    /// <summary>What a run takes, going by the last ones.</summary>
    public long UsualTicks => Interlocked.Read(ref _usualTicks);

    public async Task RunAsync(BatchRun run)
    {
        var counters = version.Counters;
        var began = counters.Now;
        foreach (var entry in run.Entries) entry.Request.WaitedTicks = counters.AddWait(entry.Began);
        parts.Metrics.Ran(version.Served, run, began, parts.Time);
        try
        {
            var padded = PaddedRows(run.Rows);
            if ((run.Entries.Length == 1 && padded == run.Rows) || version.IsUnfit) await AloneAsync(run);
            else await TogetherAsync(run, padded);
        }
        catch (Exception exception)
        {
            // A boundary: whoever waits must hear of it, and the runner goes on to the next.
            foreach (var entry in run.Entries) FailIfWaiting(entry, exception);
        }

        var took = counters.Now - began;
        Interlocked.Exchange(ref _usualTicks, (3 * UsualTicks + took) / 4);
    }

    /// <summary>Milliseconds from each one's question until now.</summary>
    public double[] Latencies(BatchRun run)
    {
        var latencies = new double[run.Entries.Length];
        for (var i = 0; i < latencies.Length; i++)
            latencies[i] = parts.Time.GetElapsedTime(run.Entries[i].Began).TotalMilliseconds;
        return latencies;
    }

    private int PaddedRows(int rows)
    {
        if (!policy.PadRows) return rows;
        foreach (var size in policy.PreferredRows ?? [])
            if (size >= rows) return size;
        return Math.Max(rows, policy.RowsMax);
    }

    private async Task TogetherAsync(BatchRun run, int rows)
    {
        InferenceRequest? merged = Hold();
        InferenceReply? reply = null;
        try
        {
            if (!BatchMerge.TryFill(merged, run.Entries, rows))
            {
                await AloneAsync(run);
                return;
            }

            if (!Copied(run)) return;
            parts.Metrics.Padded(version.Served, rows - run.Rows);
            var ran = await RunMergedAsync(merged, run);
            if (!ran.TryGet(out reply, out _) || IsUnfit(reply, rows))
            {
                await AloneAsync(run);
                return;
            }

            // Theirs from here on, whatever happens to the one or the other.
            var shared = new SharedReply(reply, merged, run.Entries.Length);
            (merged, reply) = (null, null);
            Deliver(run, shared, rows);
        }
        finally
        {
            reply?.Dispose();
            merged?.Dispose();
        }
    }

    private async ValueTask<Result<InferenceReply>> RunMergedAsync(InferenceRequest merged, BatchRun run)
    {
        try
        {
            return await version.RunModelAsync(merged, default, run.Stopped);
        }
        catch (OperationCanceledException) when (run.Stopped.IsCancellationRequested)
        {
            return new Error(ErrorCode.Unavailable, "Nobody waits for this run any more.");
        }
    }

    /// <summary>A request for the whole run, which holds the version as long as its answer is read.</summary>
    private InferenceRequest Hold()
    {
        // Each request of the run holds the version and waits: it cannot be closed yet.
        Invariant.That(version.TryHold());
        return new InferenceRequest(version.Served, version);
    }

    private bool IsUnfit(InferenceReply reply, int rows)
    {
        if (BatchReply.RefuseOutputs(reply, rows) is not { } error) return false;
        if (version.BecomeUnfit()) ServingLog.BatchingUnfit(parts.Logger, version.Served.Deployment, version.Served.Version, error);
        return true;
    }

    /// <summary>From here on whoever leaves may take their tensors along. False when nobody stays.</summary>
    private bool Copied(BatchRun run)
    {
        var leaving = new List<BatchEntry>();
        lock (gate)
        {
            foreach (var entry in run.Entries)
            {
                entry.State = entry.Leaves ? EntryState.Finished : EntryState.Copied;
                if (!entry.Leaves) continue;
                run.Wanted--;
                leaving.Add(entry);
            }
        }

        foreach (var entry in leaving) entry.Cancel();
        return run.Wanted > 0;
    }

    private void Deliver(BatchRun run, SharedReply shared, int rows)
    {
        var row = 0;
        foreach (var entry in run.Entries)
        {
            // Its request is its sender's again as soon as it is finished: its place is read before.
            var count = entry.Rows;
            bool waits;
            lock (gate)
            {
                waits = entry.State is EntryState.Copied;
                if (waits) entry.State = EntryState.Taken;
            }

            if (waits) Answer(entry, new BatchReply(shared, entry, row, rows));
            else shared.Release();
            row += count;
        }
    }

    private void Answer(BatchEntry entry, InferenceReply reply)
    {
        bool leaves;
        lock (gate)
        {
            leaves = entry.Leaves;
            entry.State = EntryState.Finished;
        }

        if (!leaves)
        {
            entry.Finish(reply);
            return;
        }

        reply.Dispose();
        entry.Cancel();
    }

    private async Task AloneAsync(BatchRun run)
    {
        foreach (var entry in run.Entries)
        {
            lock (gate)
            {
                if (entry.State is EntryState.Finished) continue;
                entry.State = EntryState.Taken;
            }

            try
            {
                // Whoever left while others ran is cancelled here, before the model sees it.
                entry.Cancellation.ThrowIfCancellationRequested();
                var ran = await version.RunModelAsync(entry.Request, entry.Id, entry.Cancellation);
                if (ran.TryGet(out var reply, out var error)) Answer(entry, reply);
                else FinishIfWaiting(entry, error);
            }
            catch (Exception exception)
            {
                // A boundary: the others of the run have done nothing wrong.
                FailIfWaiting(entry, exception);
            }
        }
    }

    private void FinishIfWaiting(BatchEntry entry, Error error)
    {
        if (End(entry)) entry.Finish(error);
    }

    private void FailIfWaiting(BatchEntry entry, Exception exception)
    {
        if (!End(entry)) return;
        if (exception is OperationCanceledException) entry.Cancel();
        else entry.Fail(exception);
    }

    private bool End(BatchEntry entry)
    {
        lock (gate)
        {
            if (entry.State is EntryState.Finished) return false;
            entry.State = EntryState.Finished;
            return true;
        }
    }
}
