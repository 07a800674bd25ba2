using Weighhouse.Kernel;

namespace Weighhouse.Tracking.Search;

/// <summary>The tree of a filter as SQL; each search writes its own clauses.</summary>
internal static class FilterSql
{
    /// <param name="clause">Writes any clause but IS NULL, which is written here as the opposite of IS NOT NULL.</param>
    public static SqlDraft Filter(this SqlDraft draft, FilterNode node, Action<SqlDraft, FilterClause> clause)
    {
        switch (node)
        {
            case FilterAll { Parts.Count: 0 }:
                return draft.Sql("1 = 1");
            case FilterAll all:
                return draft.Joined(all.Parts, " AND ", clause);
            case FilterAny any:
                return draft.Joined(any.Parts, " OR ", clause);
            case FilterNot not:
                return draft.Sql("NOT (").Filter(not.Part, clause).Sql(")");
            case FilterClause { Operator: FilterOperator.IsNull } isNull:
                return draft.Sql("NOT (").Filter(isNull with { Operator = FilterOperator.IsNotNull }, clause).Sql(")");
            case FilterClause leaf:
                clause(draft, leaf);
                return draft;
            default:
                return Invariant.Unreachable<SqlDraft>(node);
        }
    }

    private static SqlDraft Joined(
        this SqlDraft draft, IReadOnlyList<FilterNode> parts, string with, Action<SqlDraft, FilterClause> clause)
    {
        for (var i = 0; i < parts.Count; i++) draft.Sql(i == 0 ? "(" : with).Filter(parts[i], clause);
        return draft.Sql(")");
    }
}
