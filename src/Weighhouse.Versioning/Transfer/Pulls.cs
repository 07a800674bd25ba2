using System.Buffers;
using System.IO.Pipelines;
using Weighhouse.Blobs;
using Weighhouse.Data;
using Weighhouse.Kernel;
using Weighhouse.Versioning.Commits;
using Weighhouse.Versioning.Repositories;

namespace Weighhouse.Versioning.Transfer;

/// <summary>
/// Answers what somebody lacks, and sends it. Nothing is sent that the commits asked for do not lead to: packs of the store are shared by
/// all repositories, so no part of one is ever handed out as it lies there.
/// </summary>
internal sealed class Pulls(IDatabase database, IObjectStore store, CommitGraphs graphs, VersioningOptions options)
{
    private const int FlushedBytes = 1 << 20;

    private readonly Dictionary<Digest, PullPlan> _plans = [];
    private readonly Queue<Digest> _order = new();
    private readonly Lock _lock = new();

    public async ValueTask<Result<PullPlan>> PlanAsync(
        Principal caller, string repository, IReadOnlyList<Digest> want, IReadOnlyList<Digest> have, CancellationToken cancellation)
    {
        if (want.Count > options.PlanHeadsMax || have.Count > options.PlanHeadsMax)
        {
            return Error.Invalid(
                $"A plan wants and has at most {options.PlanHeadsMax} commits; these are {want.Count} and {have.Count}.", "want");
        }

        var key = default(Digest);
        PullPlan? known = null;
        var found = await database.ReadAsync(
            async session =>
            {
                var stored = await RepositoryTable.FindAsync(session, caller, repository, Permission.View);
                if (!stored.TryGet(out var facts, out var error)) return error;
                key = PullPlan.KeyOf(facts.Number, want, have);
                lock (_lock) _plans.TryGetValue(key, out known);
                return known is not null
                    ? HistoryGap.None
                    : await HistoryGap.FindAsync(session, graphs.Of(facts.Number), want, have);
            },
            cancellation);
        if (!found.TryGet(out var gap, out var refusal)) return refusal;
        if (known is not null) return known;
        var made = PullPlan.Make(store, gap, options.PlanObjectsMax);
        if (made.TryGet(out var plan, out _)) Remember(key, plan);
        return made;
    }

    /// <summary>Sends some objects of a plan as a pack.</summary>
    /// <param name="isWanted">Whether the object at a place of the plan is.</param>
    public async ValueTask<Result<Done>> SendAsync(
        PullPlan plan, int from, int count, Func<int, bool> isWanted, PipeWriter target, CancellationToken cancellation)
    {
        WireRecord.Magic.CopyTo(target.GetSpan(WireRecord.Magic.Length));
        target.Advance(WireRecord.Magic.Length);
        for (var i = from; i < from + count && i < plan.Ids.Count; i++)
        {
            if (!isWanted(i)) continue;
            if (!store.ReadRaw(plan.Ids[i]).TryGet(out var stored, out var error)) return error;
            new WireRecord(plan.Ids[i], stored.Info).WriteTo(target.GetSpan(WireRecord.HeadBytes));
            target.Advance(WireRecord.HeadBytes);
            target.Write(stored.Stored.Span);
            VersioningMetrics.SentBytes.Add(WireRecord.HeadBytes + stored.Stored.Length);
            if (target.CanGetUnflushedBytes && target.UnflushedBytes < FlushedBytes) continue;
            if ((await target.FlushAsync(cancellation)).IsCompleted) throw new OperationCanceledException("The receiver is gone.");
        }

        await target.FlushAsync(cancellation);
        return Done.Value;
    }

    private void Remember(Digest key, PullPlan plan)
    {
        lock (_lock)
        {
            if (!_plans.TryAdd(key, plan)) return;
            _order.Enqueue(key);
            while (_order.Count > options.PlansMax) _plans.Remove(_order.Dequeue());
        }
    }
}
