using Weighhouse.Data;
using Weighhouse.Kernel;

namespace Weighhouse.Tracking.Search;

/// <summary>Evaluates a filter as sets of runs: exact whatever ORs and NOTs it has, at the cost of reading each clause's index
/// once.</summary>
internal sealed class RunSets(DbSession session, IReadOnlyList<long> experiments, SearchKeys keys)
{
    /// <summary>The runs a filter lets pass; may be a complement, which is to be understood within the experiments.</summary>
    public async ValueTask<RunSet> OfAsync(FilterNode node)
    {
        switch (node)
        {
            case FilterAll all:
                var common = RunSet.Complement(new RunSet());
                foreach (var part in all.Parts.OrderBy(static part => part is FilterClause clause && RunLeaf.IsIndexed(clause) ? 0 : 1))
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
                return RunSet.Complement(await OfAsync(clause with { Operator = FilterOperator.IsNotNull }));
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

    public ValueTask<List<long>?> FewDeletedAsync(int max) => FewAsync(Deleted(), max);

    /// <summary>The runs that have a value, NaN included, for the metric, param or tag.</summary>
    public ValueTask<RunSet> HavingAsync(FilterField field) => OfAsync(new FilterClause(field, FilterOperator.IsNotNull, [], 0));

    private SqlDraft Deleted() => new SqlDraft(session.Engine)
        .Sql("SELECT r.run_no FROM tracking_runs r WHERE r.lifecycle = 1 AND ").IsOneOf("r.experiment_no", experiments);

    private async ValueTask<List<long>?> FewAsync(SqlDraft draft, int max)
    {
        var found = await draft.Sql($" LIMIT {max + 1}").Prepare(session, "ProbeRuns").ListAsync(static row => row.Long(0));
        return found.Count > max ? null : [.. found.Distinct()];
    }

    private async ValueTask<RunSet> ReadAsync(SqlDraft draft)
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
