using Weighhouse.Kernel;
using Weighhouse.Tracking.Datasets;

namespace Weighhouse.Tracking.Search;

/// <summary>
/// A clause as a list of the runs that satisfy it, read from the index that is made for it. To read an index in order costs a tenth of
/// a microsecond a run, to look a run's value up by key ten times that.
/// </summary>
internal static class RunLeaf
{
    /// <summary>What tracking_params and tracking_tags keep of a value in their index.</summary>
    public const int HeadLength = 200;

    /// <summary>Whether an index leads straight to the runs, so that a few of them cost little to find.</summary>
    public static bool IsIndexed(FilterClause clause) => clause.Operator is not FilterOperator.IsNull && clause.Field.Entity switch
    {
        SearchVocabularies.Metric => clause.Operator is not (FilterOperator.NotEqual or FilterOperator.NotIn),
        SearchVocabularies.Dataset => clause.Operator is FilterOperator.Equal or FilterOperator.In,
        SearchVocabularies.Attribute when clause.Field.Type is FilterType.Number => clause.Operator is not (
            FilterOperator.NotEqual or FilterOperator.NotIn),
        SearchVocabularies.Attribute when clause.Field.Key is not ("run_id" or "run_name" or "user_id") => false,
        _ => clause.Operator is FilterOperator.Equal or FilterOperator.In,
    };

    /// <summary>SELECT run_no …: those runs of the experiments that satisfy the clause, which is not IS NULL.</summary>
    public static SqlDraft Leaf(this SqlDraft draft, FilterClause clause, IReadOnlyList<long> experiments, SearchKeys keys)
    {
        var field = clause.Field;
        if (RunFields.KeyedText(field) is var (table, key)) return draft.KeyedText(clause, table, keys.Of(key), experiments);
        return field.Entity switch
        {
            SearchVocabularies.Metric => draft
                .Sql("SELECT f.run_no FROM tracking_metrics f WHERE ").IsOneOf("f.experiment_no", experiments)
                .Sql(" AND f.key_no = ").Value(keys.Of(field.Key)).Sql(" AND ").Metric($"f.{RunFields.MetricColumn(field)}", clause),
            SearchVocabularies.Dataset => draft.Dataset(clause, experiments),
            _ => draft.Sql("SELECT r.run_no FROM tracking_runs r WHERE ")
                .IsOneOf("r.experiment_no", experiments).Sql(" AND ").Attribute(clause),
        };
    }

    private static SqlDraft KeyedText(this SqlDraft draft, FilterClause clause, string table, long keyNo, IReadOnlyList<long> experiments)
    {
        draft.Sql($"SELECT f.run_no FROM {table} f WHERE ").IsOneOf("f.experiment_no", experiments).Sql(" AND f.key_no = ").Value(keyNo);
        if (clause.Operator is FilterOperator.IsNotNull) return draft;
        var isExact = clause.Operator is FilterOperator.Equal or FilterOperator.In;
        if (isExact && clause.Values.All(static value => value.Text.Length < HeadLength)) return draft.Sql(" AND ").Text("f.head", clause);
        if (clause.Operator is FilterOperator.Equal)
            return draft.Sql(" AND f.head = substr(").Value(clause.Values[0].Text).Sql($", 1, {HeadLength}) AND ").Text("f.value", clause);

        // A head shorter than the limit is the whole value and the index tells all; only the rest is looked up. Without statistics
        // SQLite would rather read all heads for it than the small index of the long ones.
        return draft.Sql(" AND ").Text("f.head", clause).Sql($" AND length(f.head) < {HeadLength}")
            .Sql($" UNION ALL SELECT f.run_no FROM {table} f WHERE f.key_no = ").Value(keyNo)
            .Sql(" AND ").Text("f.value", clause)
            .Sql($" AND f.run_no IN (SELECT g.run_no FROM {table} g{(draft.IsSqlite ? $" INDEXED BY {table}_long" : "")} WHERE ")
            .IsOneOf("g.experiment_no", experiments)
            .Sql(" AND g.key_no = ").Value(keyNo).Sql($" AND length(g.head) = {HeadLength})");
    }

    private static SqlDraft Dataset(this SqlDraft draft, FilterClause clause, IReadOnlyList<long> experiments)
    {
        draft.Sql("SELECT i.run_no FROM tracking_datasets d JOIN tracking_run_datasets i ON i.dataset_no = d.dataset_no");
        if (clause.Field.Key is not "context")
            return draft.Sql(" WHERE ").IsOneOf("d.experiment_no", experiments).Sql(" AND ").Text($"d.{clause.Field.Key}", clause);
        return draft
            .Sql(" JOIN tracking_run_dataset_tags t ON t.run_no = i.run_no AND t.dataset_no = i.dataset_no AND t.key = ").Value(
                DatasetRules.ContextKey)
            .Sql(" WHERE ").IsOneOf("d.experiment_no", experiments).Sql(" AND ").Text("t.value", clause);
    }
}
