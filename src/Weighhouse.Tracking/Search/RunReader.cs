using Weighhouse.Data;
using Weighhouse.Kernel;

namespace Weighhouse.Tracking.Search;

/// <summary>
/// One search at work inside a session: reads what the order needs of runs that the index, or a set, has named. At first each run is
/// tested as it comes; when that proves wasteful the whole filter is evaluated as a set, once.
/// </summary>
internal sealed class RunReader(
    DbSession session, RunQuery query, IReadOnlyList<long> experiments, SearchKeys keys, SearchTuning tuning)
{
    private RunNarrowing? _narrowing;

    /// <summary>What of the filter is known as a set, and what is to be tested.</summary>
    public RunNarrowing Narrowing => _narrowing ??= new RunNarrowing(Sets, Query, tuning);

    public RunSets Sets { get; } = new(session, experiments, keys);

    public RunSet? Matching => Narrowing.Matching;

    public RunQuery Query { get; } = query;

    public SearchTuning Tuning => tuning;

    public RunOrder Order => Query.Order;

    public DbSession Session => session;

    public SearchKeys Keys => keys;

    /// <summary>One more than the page, to know whether there is another.</summary>
    public int Need => Query.Size + 1;

    /// <summary>Without a filter only the deleted runs are to be known, and they are few.</summary>
    public ValueTask PrepareAsync() => Query.Filter is FilterAll { Parts.Count: 0 } ? Narrowing.EvaluateAsync() : default;

    /// <summary>The candidates when one clause of the filter leaves only a few: they are tested and sorted, and nothing else is
    /// read.</summary>
    public async ValueTask<List<long>?> FewAsync()
    {
        if (Query.View is StageView.DeletedOnly && await Sets.FewDeletedAsync(tuning.FewMax) is { } deleted) return deleted;
        var conjuncts = Query.Filter is FilterAll all ? all.Parts : [Query.Filter];
        foreach (var clause in conjuncts.OfType<FilterClause>().Where(RunLeaf.IsIndexed).Take(tuning.ProbesMax))
            if (await Sets.FewAsync(clause, tuning.FewMax) is { } few) return few;
        return null;
    }

    /// <summary>Those of the runs that match and come after the page before, in order; of one experiment when it is given.</summary>
    public async ValueTask<List<RunEntry>> ReadAsync(IReadOnlyCollection<long> runNos, long? experiment)
    {
        var candidates = Matching is null ? runNos : [.. runNos.Where(Matching.Contains)];
        var entries = new List<RunEntry>(candidates.Count);
        if (candidates.Count == 0) return entries;
        var draft = new SqlDraft(session.Engine).Sql("SELECT ");
        Order.WriteColumns(draft);
        // On SQLite CROSS keeps the list outside: the other way round every run would look for itself in the list.
        draft.Sql(" FROM ").Numbers(candidates).Sql(draft.IsSqlite ? " CROSS" : "").Sql(" JOIN tracking_runs r ON r.run_no = j.value");
        Order.WriteJoins(draft, keys);
        draft.Sql(" WHERE ").IsOneOf("r.experiment_no", Of(experiment));
        if (Matching is null) draft.Sql(Lifecycle(Query.View));
        draft.Sql(" AND ").Predicate(Narrowing.Rest, keys);
        var passed = 0;
        await draft.Prepare(session, "ReadRunEntries").ForEachAsync(row =>
        {
            passed++;
            var entry = Order.Read(row);
            if (Query.After is null || Order.Compare(entry, Query.After) > 0) entries.Add(entry);
            return true;
        });
        Narrowing.NoteTested(candidates.Count, passed);
        entries.Sort(Order);
        return entries;
    }

    /// <summary>
    /// The next runs by start and, from the same start, by id; and the place after them. Of one experiment, or of all the search's
    /// along the index that has the runs of the whole server by start.
    /// </summary>
    public async ValueTask<(List<long> RunNos, (long StartMs, string RunId) Last)> StartsAsync(
        long? experiment, bool ascending, (long StartMs, string RunId)? place, int limit)
    {
        var found = new List<long>();
        var last = (0L, "");
        // The rest of the runs that began with the last one, then those that began before or after: each is one stretch of the index.
        if (place is { } same)
            await ReadAsync(draft =>
                draft.Sql(" AND r.start_ms = ").Value(same.StartMs).Sql(" AND r.run_id > ").Value(same.RunId).Sql(" ORDER BY r.run_id"));
        if (found.Count < limit)
        {
            await ReadAsync(draft =>
            {
                if (place is { } beyond) draft.Sql(ascending ? " AND r.start_ms > " : " AND r.start_ms < ").Value(beyond.StartMs);
                draft.Sql(ascending ? " ORDER BY r.start_ms, r.run_id" : " ORDER BY r.start_ms DESC, r.run_id");
            });
        }

        return (found, last);

        async ValueTask ReadAsync(Action<SqlDraft> writeRest)
        {
            // The plus keeps the many experiments from being looked up one by one, which would lose the order.
            var draft = new SqlDraft(session.Engine).Sql("SELECT r.run_no, r.start_ms, r.run_id FROM tracking_runs r WHERE ")
                .IsOneOf(experiment is null ? "+r.experiment_no" : "r.experiment_no", Of(experiment)).Sql(Lifecycle(Query.View));
            writeRest(draft);
            var rest = limit - found.Count;
            await draft.Sql(" LIMIT ").Value((long)rest).Prepare(session, "FollowStarts").ForEachAsync(row =>
            {
                found.Add(row.Long(0));
                if (found.Count == limit) last = (row.Long(1), row.Text(2));
                return true;
            });
        }
    }

    /// <summary>All matching runs of the experiments (of one, when it is given) within the set, the best of them in order.</summary>
    public async ValueTask<List<RunEntry>> ScanAsync(long? experiment, RunSet? within)
    {
        await Narrowing.EvaluateAsync();
        var worst = (RunEntry?)null;
        var set = within is null ? Matching! : RunSet.Intersect(Matching!, within);
        if (!set.IsComplement && set.Count <= tuning.ScannedAsSetMax) return Best(await ReadAsync([.. set.Numbers()], experiment));
        var best = new PriorityQueue<RunEntry, RunEntry>(Comparer<RunEntry>.Create((a, b) => Order.Compare(b, a)));
        var draft = new SqlDraft(session.Engine).Sql("SELECT ");
        Order.WriteColumns(draft);
        draft.Sql(" FROM tracking_runs r");
        Order.WriteJoins(draft, keys);
        draft.Sql(" WHERE ").IsOneOf("r.experiment_no", Of(experiment)).Sql(Lifecycle(Query.View)).Sql(" AND ")
            .Predicate(Narrowing.Rest, keys);
        await draft.Prepare(session, "ScanRunEntries").ForEachAsync(row =>
        {
            // Most runs are worse in the first term already than the worst that is kept: nothing else of them is read.
            if (!set.Contains(row.Long(0)) || (worst is not null && Order.IsWorse(row, worst))) return true;
            var entry = Order.Read(row);
            if (Query.After is not null && Order.Compare(entry, Query.After) <= 0) return true;
            if (best.Count < Need) best.Enqueue(entry, entry);
            else best.EnqueueDequeue(entry, entry);
            if (best.Count == Need) worst = best.Peek();
            return true;
        });
        var entries = best.UnorderedItems.Select(static item => item.Element).ToList();
        entries.Sort(Order);
        return entries;
    }

    private List<RunEntry> Best(List<RunEntry> entries) => entries.Count > Need ? entries[..Need] : entries;

    private IReadOnlyList<long> Of(long? experiment) => experiment is { } one ? [one] : experiments;

    /// <summary>A condition that an index ending in lifecycle answers; nothing for all stages.</summary>
    public static string Lifecycle(StageView view, string alias = "r") => view switch
    {
        StageView.ActiveOnly => $" AND {alias}.lifecycle = 0",
        StageView.DeletedOnly => $" AND {alias}.lifecycle = 1",
        _ => "",
    };
}
