using Weighhouse.Kernel;
using Weighhouse.Tracking.Datasets;

namespace Weighhouse.Tracking.Search;

/// <summary>A filter as a condition on a row r of tracking_runs, for runs that are found already: each clause is a lookup by key.</summary>
internal static class RunPredicate
{
    public static SqlDraft Predicate(this SqlDraft draft, FilterNode node, SearchKeys keys) =>
        draft.Filter(node, (target, clause) => target.Clause(clause, keys));

    private static SqlDraft Clause(this SqlDraft draft, FilterClause clause, SearchKeys keys)
    {
        var field = clause.Field;
        if (RunFields.KeyedText(field) is var (table, key))
            return draft.Sql($"EXISTS (SELECT 1 FROM {table} f WHERE f.run_no = r.run_no AND f.key_no = ").Value(keys.Of(key))
                .Sql(" AND ").Text("f.value", clause).Sql(")");
        return field.Entity switch
        {
            SearchVocabularies.Metric => draft
                .Sql("EXISTS (SELECT 1 FROM tracking_metrics f WHERE f.run_no = r.run_no AND f.key_no = ").Value(keys.Of(field.Key))
                .Sql(" AND ").Metric($"f.{RunFields.MetricColumn(field)}", clause).Sql(")"),
            SearchVocabularies.Dataset => draft.Dataset(clause),
            _ => draft.Attribute(clause),
        };
    }

    /// <summary>A condition on an attribute of r that is no keyed text.</summary>
    public static SqlDraft Attribute(this SqlDraft draft, FilterClause clause)
    {
        var column = $"r.{RunFields.AttributeColumn(clause.Field)}";
        if (clause.Field.Type is FilterType.Number) return draft.Whole(column, clause);
        if (clause.Field.Key is not "status") return draft.Text(column, clause);
        var statuses = RunFields.StatusesOf(clause);
        return statuses.Count == 0 ? draft.Sql("1 = 0") : draft.Sql($"{column} IN ({string.Join(", ", statuses)})");
    }

    private static SqlDraft Dataset(this SqlDraft draft, FilterClause clause)
    {
        if (clause.Field.Key is "context")
            return draft.Sql("EXISTS (SELECT 1 FROM tracking_run_dataset_tags f WHERE f.run_no = r.run_no AND f.key = ")
                .Value(DatasetRules.ContextKey).Sql(" AND ").Text("f.value", clause).Sql(")");
        return draft.Sql(
                "EXISTS (SELECT 1 FROM tracking_run_datasets i JOIN tracking_datasets f ON f.dataset_no = i.dataset_no WHERE i.run_no = "
                + "r.run_no AND ")
            .Text($"f.{clause.Field.Key}", clause).Sql(")");
    }
}
