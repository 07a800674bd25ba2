using Weighhouse.Kernel;

namespace Weighhouse.Tracking.Search;

/// <summary>Orders of logged models: attributes, or a metric's latest value, perhaps on one dataset. Lack of a value comes last.</summary>
internal static class ModelOrder
{
    private const string Status = "(CASE l.status WHEN 1 THEN 'PENDING' WHEN 2 THEN 'READY' ELSE 'FAILED' END)";

    public static string ColumnOf(string attribute) => attribute switch
    {
        "name" => "l.name",
        "model_id" => "l.model_id",
        "model_type" => "l.model_type",
        "status" => Status,
        "source_run_id" => "l.source_run_id",
        "creation_timestamp" => "l.created_ms",
        "last_updated_timestamp" => "l.updated_ms",
        _ => Invariant.Unreachable<string>(attribute),
    };

    /// <summary>The order asked for; then the newest, then the id.</summary>
    public static Result<Keyset> KeysetOf(IReadOnlyList<LoggedModelOrder> orders)
    {
        if (orders.Count > FilterLimits.OrderTermsMax)
            return Error.Invalid($"order_by has {orders.Count} terms; at most {FilterLimits.OrderTermsMax} are allowed.", "order_by");
        var terms = new List<KeysetTerm>();
        var attributes = new HashSet<string>(StringComparer.Ordinal);
        foreach (var order in orders)
        {
            if ((PlainText.Refuse(order.FieldName, "order_by") ?? PlainText.Refuse(order.DatasetName, "order_by")) is { } unfit)
                return unfit;
            if (!Resolve(order).TryGet(out var field, out var error)) return error;
            if (field.Entity is SearchVocabularies.Metric) AddMetric(terms, order, field.Key);
            else if (attributes.Add(field.Key)) AddAttribute(terms, field, order.Ascending);
        }

        if (attributes.Add("creation_timestamp"))
            terms.Add(new KeysetTerm(static draft => draft.Sql("l.created_ms"), KeysetType.Whole, false));
        if (attributes.Add("model_id")) terms.Add(new KeysetTerm(static draft => draft.Sql("l.model_id"), KeysetType.Text, true));
        return new Keyset(terms);
    }

    /// <summary>" AND (one of the datasets)": nothing when none is named.</summary>
    public static SqlDraft OnDatasets(this SqlDraft draft, IReadOnlyList<(string Name, string? Digest)> datasets)
    {
        for (var i = 0; i < datasets.Count; i++)
        {
            draft.Sql(i == 0 ? " AND (" : " OR ").Sql("(f.dataset_name = ").Value(datasets[i].Name);
            if (!string.IsNullOrEmpty(datasets[i].Digest)) draft.Sql(" AND f.dataset_digest = ").Value(datasets[i].Digest!);
            draft.Sql(")");
        }

        return datasets.Count == 0 ? draft : draft.Sql(")");
    }

    private static Result<FilterField> Resolve(LoggedModelOrder order)
    {
        var name = order.FieldName;
        if (string.IsNullOrEmpty(name)) return Error.Invalid("`field_name` in the `order_by` clause must be specified.", "order_by");
        if (!string.IsNullOrEmpty(order.DatasetDigest) && string.IsNullOrEmpty(order.DatasetName))
            return Error.Invalid("`dataset_digest` can only be specified if `dataset_name` is also specified.", "order_by");
        var dot = name.IndexOf('.', StringComparison.Ordinal);
        if (dot >= 0 && name[..dot] is not ("metrics" or "attributes"))
            return Error.Invalid($"Invalid order by field name: {name}. Only metrics are supported.", "order_by");
        var field = SearchVocabularies.Models.Resolve(dot < 0 ? null : name[..dot], name[(dot + 1)..].Trim(), part: null, forOrder: true);
        return field.IsFailure ? Error.Invalid($"Invalid order by field name: {name}", "order_by") : field;
    }

    private static void AddAttribute(List<KeysetTerm> terms, FilterField field, bool ascending)
    {
        var column = ColumnOf(field.Key);
        if (field.Key is "source_run_id")
        {
            terms.Add(new KeysetTerm(draft => draft.Sql($"(CASE WHEN {column} IS NULL THEN 1 ELSE 0 END)"), KeysetType.Whole, true));
            column = $"COALESCE({column}, '')";
        }

        terms.Add(
            new KeysetTerm(draft => draft.Sql(column), field.Type is FilterType.Text ? KeysetType.Text : KeysetType.Whole, ascending));
    }

    private static void AddMetric(List<KeysetTerm> terms, LoggedModelOrder order, string key)
    {
        void Latest(SqlDraft draft)
        {
            draft.Sql("(SELECT f.value FROM tracking_model_metrics f WHERE f.model_no = l.model_no AND f.key = ").Value(key);
            if (!string.IsNullOrEmpty(order.DatasetName)) draft.OnDatasets([(order.DatasetName, order.DatasetDigest)]);
            draft.Sql(" ORDER BY f.timestamp_ms DESC, f.step DESC, f.run_id, f.dataset_name, f.dataset_digest LIMIT 1)");
        }

        void Lack(SqlDraft draft)
        {
            draft.Sql("(CASE WHEN ");
            Latest(draft);
            draft.Sql(" IS NULL THEN 1 ELSE 0 END)");
        }

        void Value(SqlDraft draft)
        {
            draft.Sql("COALESCE(");
            Latest(draft);
            draft.Sql(", 0.0)");
        }

        terms.Add(new KeysetTerm(Lack, KeysetType.Whole, true));
        terms.Add(new KeysetTerm(Value, KeysetType.Real, order.Ascending));
    }
}
