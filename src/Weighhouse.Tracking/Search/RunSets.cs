using Weighhouse.Data;
using Weighhouse.Kernel;

namespace Weighhouse.Tracking.Search;

/// <summary>Evaluates a filter as sets of runs: exact whatever ORs and NOTs it has, at the cost of reading each clause's index
/// once.</summary>
internal sealed class RunSets(DbSession session, IReadOnlyList<long> experiments, SearchKeys keys)
{
    /// <summary>From this rank on a part is read from every run of the experiments.</summary>
    public const int ScannedRank = 2;

    /// <summary>The parts of a filter first whose index is likely to leave the fewest runs: 0 for equalities.</summary>
    public static int Rank(FilterNode part) => part switch
    {
        FilterClause { Operator: FilterOperator.Equal } clause when RunLeaf.IsIndexed(clause) => 0,
        FilterClause clause when RunLeaf.IsIndexed(clause) => 1,
        FilterClause { Field.Entity: SearchVocabularies.Metric or SearchVocabularies.Param or SearchVocabularies.Tag } => 2,
        FilterClause => 3,
        _ => 4,
    };

    /// <summary>The runs a filter lets pass; may be a complement, which is to be understood within the experiments.</summary>
    public async ValueTask<RunSet> OfAsync(FilterNode node)
    {
        switch (node)
        {
            case FilterAll all:
                var common = RunSet.Complement(new RunSet());
                foreach (var part in all.Parts.OrderBy(Rank))
                {
                    common = RunSet.Intersect(common, await OfAsync(part));
                    if (common.IsEmpty) break;
                }

                return common;
            case FilterAny any:
                var union = new RunSet();
                foreach (var part in any.Parts) union = RunSet.Unite(union, await OfAsync(part));
                return union;
            case FilterNot not:
                return RunSet.Complement(await OfAsync(not.Part));
            case FilterClause { Operator: FilterOperator.IsNull } clause:
                return await LackingAsync(clause.Field, experiments);
            case FilterClause clause:
                return await ReadAsync(new SqlDraft(session.Engine).Leaf(clause, experiments, keys));
            default:
                return Invariant.Unreachable<RunSet>(node);
        }
    }

    /// <summary>The runs that a view of the stages shows, as a complement where that is smaller.</summary>
    public async ValueTask<RunSet> OfAsync(StageView view)
    {
        var none = new RunSet();
        if (view is StageView.All) return RunSet.Complement(none);
        var deleted = await ReadAsync(Deleted());
        return view is StageView.DeletedOnly ? deleted : RunSet.Complement(deleted);
    }

    /// <summary>The runs that satisfy the clause when they are at most so many; null when there are more.</summary>
    public ValueTask<List<long>?> FewAsync(FilterClause clause, int max) =>
        FewAsync(new SqlDraft(session.Engine).Leaf(clause, experiments, keys), max);

    /// <summary>How many runs satisfy the clause, counted up to a maximum: a quarter of the cost of reading which.</summary>
    public async ValueTask<long> CountAsync(FilterClause clause, int max) =>
        await new SqlDraft(session.Engine).Sql("SELECT COUNT(*) FROM (").Leaf(clause, experiments, keys).Sql($" LIMIT {max}) AS x")
            .Prepare(session, "CountMatching").LongAsync() ?? 0;

    /// <summary>The runs that satisfy the clause; null when its index has more than so many entries of them.</summary>
    public async ValueTask<RunSet?> ReadAsync(FilterClause clause, int entriesMax)
    {
        var set = new RunSet();
        var entries = 0;
        await new SqlDraft(session.Engine).Leaf(clause, experiments, keys).Prepare(session, "ReadRunSet").ForEachAsync(row =>
        {
            set.Add(row.Long(0));
            return ++entries <= entriesMax;
        });
        return entries > entriesMax ? null : set;
    }

    public ValueTask<List<long>?> FewDeletedAsync(int max) => FewAsync(Deleted(), max);

    /// <summary>The runs of one experiment whose metric is NaN.</summary>
    public ValueTask<RunSet> NanAsync(FilterField field, long experiment) => field.Entity is SearchVocabularies.Metric
        ? ReadAsync(new SqlDraft(session.Engine).Leaf(new FilterClause(field, FilterOperator.IsNan, [], 0), [experiment], keys))
        : new(new RunSet());

    /// <summary>The runs of one experiment by their status, in one pass.</summary>
    public async ValueTask<IReadOnlyDictionary<long, RunSet>> StatusesAsync(long experiment)
    {
        var sets = new Dictionary<long, RunSet>();
        await new SqlDraft(session.Engine).Sql("SELECT r.run_no, r.status FROM tracking_runs r WHERE r.experiment_no = ").Value(experiment)
            .Prepare(session, "ReadStatuses").ForEachAsync(row =>
            {
                if (!sets.TryGetValue(row.Long(1), out var set)) sets.Add(row.Long(1), set = new RunSet());
                set.Add(row.Long(0));
                return true;
            });
        return sets;
    }

    /// <summary>The runs of one experiment that lack the metric, param or tag, as a complement.</summary>
    public ValueTask<RunSet> LackingAsync(FilterField field, long experiment) => LackingAsync(field, [experiment]);

    /// <summary>Mostly no run does, and to count shows it at a fifth of the cost of reading which runs do not.</summary>
    private async ValueTask<RunSet> LackingAsync(FilterField field, IReadOnlyList<long> among)
    {
        var clause = new FilterClause(field, FilterOperator.IsNotNull, [], 0);
        // A run can have several datasets, so their count says nothing about it.
        if (field.Entity is not SearchVocabularies.Dataset)
        {
            var having = await new SqlDraft(session.Engine).Sql("SELECT COUNT(*) FROM (").Leaf(clause, among, keys).Sql(") AS x")
                .Prepare(session, "CountSeries").LongAsync();
            var all = await new SqlDraft(session.Engine).Sql("SELECT COUNT(*) FROM tracking_runs r WHERE ")
                .IsOneOf("r.experiment_no", among).Prepare(session, "CountRuns").LongAsync();
            if (having == all) return new RunSet();
        }

        return RunSet.Complement(await ReadAsync(new SqlDraft(session.Engine).Leaf(clause, among, keys)));
    }

    /// <summary>Without statistics SQLite would rather read all runs of the experiment than the small index of the deleted ones.</summary>
    private SqlDraft Deleted()
    {
        var draft = new SqlDraft(session.Engine).Sql("SELECT r.run_no FROM tracking_runs r");
        return draft.Sql(draft.IsSqlite ? " INDEXED BY tracking_runs_deleted" : "").Sql(" WHERE r.lifecycle = 1 AND ")
            .IsOneOf("r.experiment_no", experiments);
    }

    private async ValueTask<List<long>?> FewAsync(SqlDraft draft, int max)
    {
        var found = await draft.Sql($" LIMIT {max + 1}").Prepare(session, "ProbeRuns").ListAsync(static row => row.Long(0));
        return found.Count > max ? null : [.. found.Distinct()];
    }

    /// <summary>The runs that a statement lists in its first column.</summary>
    public async ValueTask<RunSet> ReadAsync(SqlDraft draft)
    {
        var set = new RunSet();
        await draft.Prepare(session, "ReadRunSet").ForEachAsync(row =>
        {
            set.Add(row.Long(0));
            return true;
        });
        return set;
    }
}
