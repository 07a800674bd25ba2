using Weighhouse.Data;
using Weighhouse.Kernel;
using Weighhouse.Tracking.Experiments;
using Weighhouse.Tracking.Models;

namespace Weighhouse.Tracking.Search;

/// <summary>Searches logged models.</summary>
internal sealed class ModelFinder(IDatabase database, TrackingOptions options)
{
    private const int DatasetsMax = 100;

    public async ValueTask<Result<Page<LoggedModel>>> FindAsync(Principal caller, LoggedModelSearch search, CancellationToken cancellation)
    {
        if (PageSizes.Refuse(search.Page.Size, options.SearchPageMax) is { } refusal) return refusal;
        if (RefuseDatasets(search.Datasets) is { } badDataset) return badDataset;
        var dialect = search.Dialect is SearchDialect.Mlflow ? FilterDialect.Mlflow : FilterDialect.Native;
        if (!FilterParser.Parse(search.Filter, SearchVocabularies.Models, dialect).TryGet(out var filter, out var error)) return error;
        if (!ModelOrder.KeysetOf(search.OrderBy).TryGet(out var keyset, out error)) return error;
        if (search.Experiments.Count == 0) return Page<LoggedModel>.Empty;
        var text = $"models|{string.Join(',', search.Experiments)}|{search.Filter}|"
            + $"{string.Join(',', search.OrderBy)}|{string.Join(',', search.Datasets)}";
        var decoded = keyset.Decode(text, search.Page.Token);
        if (decoded.Error is { } badToken) return badToken;
        return await database.ReadAsync<Result<Page<LoggedModel>>>(
            async session =>
            {
                var visible = await ExperimentTable.VisibleAsync(session, caller, search.Experiments);
                if (!visible.TryGet(out var experiments, out var denied)) return denied;
                if (experiments.Count == 0) return Page<LoggedModel>.Empty;
                var draft = Draft(
                    session, search, filter, [.. experiments.Select(static experiment => experiment.Id.Number)], keyset, decoded.Value);
                return await ReadAsync(session, draft, search.Page.Size, keyset, text);
            },
            cancellation);
    }

    private static Error? RefuseDatasets(IReadOnlyList<(string Name, string? Digest)> datasets)
    {
        if (datasets.Count > DatasetsMax)
            return Error.Invalid($"A search names at most {DatasetsMax} datasets; got {datasets.Count}.", "datasets");
        return datasets.Any(static dataset => string.IsNullOrEmpty(dataset.Name))
            ? Error.Invalid("`dataset_name` in the `datasets` clause must be specified.", "datasets")
            : null;
    }

    private static SqlDraft Draft(
        DbSession session, LoggedModelSearch search, FilterNode filter, IReadOnlyList<long> experiments, Keyset keyset,
        IReadOnlyList<SortValue>? after)
    {
        var draft = new SqlDraft(session.Engine).Sql("SELECT l.model_no");
        keyset.WriteColumns(draft);
        draft.Sql(" FROM tracking_models l WHERE ").IsOneOf("l.experiment_no", experiments).Sql(" AND l.lifecycle = 0 AND ");
        var asksMetrics = false;
        draft.Filter(filter, (target, clause) =>
        {
            asksMetrics |= clause.Field.Entity is SearchVocabularies.Metric;
            Clause(target, clause, search.Datasets);
        });
        // Datasets narrow what a metric's clause looks at; without such a clause the model needs any metric on one of them.
        if (search.Datasets.Count > 0 && !asksMetrics)
            draft.Sql(" AND EXISTS (SELECT 1 FROM tracking_model_metrics f WHERE f.model_no = l.model_no")
                .OnDatasets(search.Datasets).Sql(")");
        keyset.WriteCondition(draft, after);
        keyset.WriteOrder(draft);
        return draft.Sql(" LIMIT ").Value(search.Page.Size + 1L);
    }

    private static async ValueTask<Page<LoggedModel>> ReadAsync(DbSession session, SqlDraft draft, int size, Keyset keyset, string text)
    {
        var rows = await draft.Prepare(session, "SearchModels").ListAsync(row => (ModelNo: row.Long(0), Place: keyset.Read(row, 1)));
        var models = await ModelTable.LoadAsync(session, [.. rows.Take(size).Select(static row => row.ModelNo)]);
        return new Page<LoggedModel>(models, rows.Count <= size ? null : Keyset.Encode(text, rows[size - 1].Place));
    }

    private static void Clause(SqlDraft draft, FilterClause clause, IReadOnlyList<(string Name, string? Digest)> datasets)
    {
        var key = clause.Field.Key;
        switch (clause.Field.Entity)
        {
            case SearchVocabularies.Metric:
                draft.Sql("EXISTS (SELECT 1 FROM tracking_model_metrics f WHERE f.model_no = l.model_no AND f.key = ").Value(key)
                    .Sql(" AND ").Metric("f.value", clause).OnDatasets(datasets).Sql(")");
                break;
            case SearchVocabularies.Param:
                draft.Sql("EXISTS (SELECT 1 FROM tracking_model_params f WHERE f.model_no = l.model_no AND f.key = ").Value(key)
                    .Sql(" AND ").Text("f.value", clause).Sql(")");
                break;
            case SearchVocabularies.Tag:
                draft.Sql("EXISTS (SELECT 1 FROM tracking_model_tags f WHERE f.model_no = l.model_no AND f.key = ").Value(key)
                    .Sql(" AND ").Text("f.value", clause).Sql(")");
                break;
            case SearchVocabularies.Attribute when clause.Field.Type is FilterType.Number:
                draft.Whole(ModelOrder.ColumnOf(key), clause);
                break;
            default:
                var column = ModelOrder.ColumnOf(key);
                draft.Sql($"({column} IS NOT NULL AND ").Text(column, clause).Sql(")");
                break;
        }
    }
}
