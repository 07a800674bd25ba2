using Weighhouse.Data;
using Weighhouse.Kernel;

namespace Weighhouse.Tracking.Search;

/// <summary>What an operator means for a column. Every condition is true or false, never unknown: it may stand under a NOT.</summary>
internal static class SqlConditions
{
    /// <summary>A metric's column: it holds NULL for NaN, which differs from every number and is neither less nor greater.</summary>
    public static SqlDraft Metric(this SqlDraft draft, string column, FilterClause clause)
    {
        var values = clause.Values;
        return clause.Operator switch
        {
            FilterOperator.NotEqual => draft.Sql($"({column} <> ").Value(values[0].Number).Sql($" OR {column} IS NULL)"),
            FilterOperator.In => draft.Sql($"({column} IS NOT NULL AND {column} IN ").List(values).Sql(")"),
            FilterOperator.NotIn => draft.Sql($"({column} IS NULL OR {column} NOT IN ").List(values).Sql(")"),
            FilterOperator.IsNan => draft.Sql($"{column} IS NULL"),
            FilterOperator.IsNotNan => draft.Sql($"{column} IS NOT NULL"),
            FilterOperator.IsNotNull => draft.Sql("1 = 1"),
            _ => draft.Sql($"({column} IS NOT NULL AND {column} {SymbolOf(clause.Operator)} ").Value(values[0].Number).Sql(")"),
        };
    }

    /// <summary>A column of whole numbers, NULL when the object has none. Fractions round so that the column's index still
    /// serves.</summary>
    public static SqlDraft Whole(this SqlDraft draft, string column, FilterClause clause)
    {
        draft.Sql($"({column} IS NOT NULL");
        if (clause.Operator is FilterOperator.IsNotNull or FilterOperator.IsNotNan) return draft.Sql(")");
        if (clause.Operator is FilterOperator.IsNan) return draft.Sql(" AND 1 = 0)");
        if (clause.Operator is FilterOperator.In or FilterOperator.NotIn)
        {
            var whole = clause.Values.Where(static value => IsWhole(value.Number)).Select(static value => (long)value.Number).ToList();
            if (clause.Operator is FilterOperator.NotIn) draft.Sql(" AND NOT (");
            else draft.Sql(" AND (");
            return (whole.Count == 0 ? draft.Sql("1 = 0") : draft.IsOneOf(column, whole)).Sql("))");
        }

        var number = clause.Values[0].Number;
        if (!IsWhole(number) && clause.Operator is FilterOperator.Equal) return draft.Sql(" AND 1 = 0)");
        if (!IsWhole(number) && clause.Operator is FilterOperator.NotEqual) return draft.Sql(")");
        var rounded = clause.Operator is FilterOperator.GreaterOrEqual or FilterOperator.Less ? Math.Ceiling(number) : Math.Floor(number);
        // 9.2e18 is where long ends; saturating is right on both sides but for "> the greatest", which nothing is.
        return draft.Sql($" AND {column} {SymbolOf(clause.Operator)} ").Value((long)rounded).Sql(")");
    }

    /// <summary>A column of text that is never NULL.</summary>
    public static SqlDraft Text(this SqlDraft draft, string column, FilterClause clause)
    {
        var values = clause.Values;
        return clause.Operator switch
        {
            FilterOperator.Equal => draft.Sql($"{column} = ").Value(values[0].Text),
            FilterOperator.NotEqual => draft.Sql($"{column} <> ").Value(values[0].Text),
            FilterOperator.In => draft.IsOneOf(column, values.Select(static value => value.Text)),
            FilterOperator.NotIn => draft.Sql("NOT (").IsOneOf(column, values.Select(static value => value.Text)).Sql(")"),
            FilterOperator.Like => draft.Like(column, values[0].Text),
            FilterOperator.NotLike => draft.Sql("NOT (").Like(column, values[0].Text).Sql(")"),
            FilterOperator.ILike => draft.ILike(column, values[0].Text),
            FilterOperator.NotILike => draft.Sql("NOT (").ILike(column, values[0].Text).Sql(")"),
            FilterOperator.Matches => draft.Sql("regexp(").Value(values[0].Text).Sql($", {column})"),
            FilterOperator.NotMatches => draft.Sql("NOT regexp(").Value(values[0].Text).Sql($", {column})"),
            FilterOperator.IsNotNull => draft.Sql("1 = 1"),
            _ => Invariant.Unreachable<SqlDraft>(clause.Operator),
        };
    }

    // PostgreSQL would take a backslash in the pattern for an escape; MLflow and SQLite have none.
    private static SqlDraft Like(this SqlDraft draft, string column, string pattern) =>
        draft.Sql($"{column} LIKE ").Value(pattern).Sql(draft.IsSqlite ? "" : " ESCAPE ''");

    private static SqlDraft ILike(this SqlDraft draft, string column, string pattern) =>
        draft.Sql($"fold({column}) LIKE fold(").Value(pattern).Sql(draft.IsSqlite ? ")" : ") ESCAPE ''");

    private static SqlDraft List(this SqlDraft draft, IReadOnlyList<FilterLiteral> values)
    {
        for (var i = 0; i < values.Count; i++) draft.Sql(i == 0 ? "(" : ", ").Value(values[i].Number);
        return draft.Sql(")");
    }

    private static bool IsWhole(double number) => Math.Floor(number) == number && Math.Abs(number) < 9.2e18;

    private static string SymbolOf(FilterOperator operation) => operation switch
    {
        FilterOperator.Equal => "=",
        FilterOperator.NotEqual => "<>",
        FilterOperator.Less => "<",
        FilterOperator.LessOrEqual => "<=",
        FilterOperator.Greater => ">",
        FilterOperator.GreaterOrEqual => ">=",
        _ => Invariant.Unreachable<string>(operation),
    };
}
