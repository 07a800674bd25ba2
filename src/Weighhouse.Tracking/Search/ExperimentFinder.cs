using Weighhouse.Data;
using Weighhouse.Kernel;
using Weighhouse.Tracking.Experiments;

namespace Weighhouse.Tracking.Search;

/// <summary>Searches experiments: only those the caller may view.</summary>
internal sealed class ExperimentFinder(IDatabase database, TrackingOptions options)
{
    private const int ReadColumns = 7;

    public async ValueTask<Result<Page<Experiment>>> FindAsync(Principal caller, ExperimentSearch search, CancellationToken cancellation)
    {
        if (PageSizes.Refuse(search.Page.Size, options.SearchPageMax) is { } refusal) return refusal;
        var dialect = search.Dialect is SearchDialect.Mlflow ? FilterDialect.Mlflow : FilterDialect.Native;
        if (!FilterParser.Parse(search.Filter, SearchVocabularies.Experiments, dialect).TryGet(out var filter, out var error)) return error;
        if (!FilterOrder.Parse(search.OrderBy, SearchVocabularies.Experiments, dialect).TryGet(out var order, out error)) return error;
        var keyset = KeysetOf(order);
        var text = $"experiments|{search.View}|{search.Filter}|{string.Join(',', search.OrderBy)}";
        var decoded = keyset.Decode(text, search.Page.Token);
        if (decoded.Error is { } badToken) return badToken;
        return await database.ReadAsync<Result<Page<Experiment>>>(
            async session => await FindAsync(session, caller, filter, search, keyset, decoded.Value, text), cancellation);
    }

    private static async ValueTask<Page<Experiment>> FindAsync(
        DbSession session, Principal caller, FilterNode filter, ExperimentSearch search, Keyset keyset, IReadOnlyList<SortValue>? after,
        string text)
    {
        var size = search.Page.Size;
        var found = new List<(Experiment Experiment, SortValue[] Place)>();
        while (found.Count <= size)
        {
            var rows = await ReadAsync(session, filter, search.View, keyset, after, size + 1);
            // Who may view what is the principal's to say, so it is asked of each, and the next are read in place of those refused.
            found.AddRange(rows.Where(row => caller.Can(Permission.View, Scope.Experiment(row.Experiment.Project, row.Experiment.Id))));
            if (rows.Count <= size) break;
            after = rows[^1].Place;
        }

        var isLast = found.Count <= size;
        var page = found.Take(size).Select(static row => row.Experiment).ToList();
        return new Page<Experiment>(
            await ExperimentTable.WithTagsAsync(session, page), isLast ? null : Keyset.Encode(text, found[size - 1].Place));
    }

    private static ValueTask<List<(Experiment Experiment, SortValue[] Place)>> ReadAsync(
        DbSession session, FilterNode filter, StageView view, Keyset keyset, IReadOnlyList<SortValue>? after, int limit)
    {
        var draft = new SqlDraft(session.Engine).Sql($"SELECT {ExperimentTable.Columns}");
        keyset.WriteColumns(draft);
        draft.Sql(" FROM tracking_experiments e WHERE ").Filter(filter, Clause);
        draft.Sql(view switch
        {
            StageView.ActiveOnly => " AND e.lifecycle = 0",
            StageView.DeletedOnly => " AND e.lifecycle = 1",
            _ => "",
        });
        keyset.WriteCondition(draft, after);
        keyset.WriteOrder(draft);
        return draft.Sql(" LIMIT ").Value((long)limit).Prepare(session, "SearchExperiments")
            .ListAsync(row => (ExperimentTable.Read(row), keyset.Read(row, ReadColumns)));
    }

    /// <summary>As MLflow: the newest first; with another order, the highest id of those that are equal in it.</summary>
    private static Keyset KeysetOf(IReadOnlyList<FilterOrderTerm> order)
    {
        if (order.Count == 0)
            return new Keyset([Column("e.created_ms", KeysetType.Whole, false), Column("e.experiment_no", KeysetType.Whole, true)]);
        var terms = order.Select(static term => Column(ColumnOf(term.Field),
            term.Field.Type is FilterType.Text ? KeysetType.Text : KeysetType.Whole, term.Ascending)).ToList();
        if (!order.Any(static term => term.Field.Key is "experiment_id")) terms.Add(Column("e.experiment_no", KeysetType.Whole, false));
        return new Keyset(terms);
    }

    private static KeysetTerm Column(string column, KeysetType type, bool ascending) => new(draft => draft.Sql(column), type, ascending);

    private static string ColumnOf(FilterField field) => field.Key switch
    {
        "name" => "e.name",
        "creation_time" => "e.created_ms",
        "last_update_time" => "e.updated_ms",
        "experiment_id" => "e.experiment_no",
        _ => Invariant.Unreachable<string>(field.Key),
    };

    private static void Clause(SqlDraft draft, FilterClause clause)
    {
        if (clause.Field.Entity is SearchVocabularies.Tag)
            draft.Sql("EXISTS (SELECT 1 FROM tracking_experiment_tags f WHERE f.experiment_no = e.experiment_no AND f.key = ")
                .Value(clause.Field.Key).Sql(" AND ").Text("f.value", clause).Sql(")");
        else if (clause.Field.Type is FilterType.Number) draft.Whole(ColumnOf(clause.Field), clause);
        else draft.Text(ColumnOf(clause.Field), clause);
    }
}
