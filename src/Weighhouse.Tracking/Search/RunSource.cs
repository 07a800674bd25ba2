using Weighhouse.Data;
using Weighhouse.Kernel;

namespace Weighhouse.Tracking.Search;

/// <summary>An index that leads through the runs of an experiment in the order of one term.</summary>
/// <param name="session">Where it is read.</param>
/// <param name="key">The column that the term orders by.</param>
/// <param name="hasStarts">Whether the index has the runs of a value by their start.</param>
/// <param name="write">"FROM … WHERE …": the part of the index to read.</param>
internal sealed class RunSource(
    DbSession session, string key, KeysetType type, bool ascending, bool hasStarts, Action<SqlDraft> write)
{
    public bool HasStarts => hasStarts;

    /// <summary>Whether there is an index for the field.</summary>
    public static bool Leads(FilterField field) => field.Entity is not SearchVocabularies.Attribute
        || field.Key is "start_time" or "end_time" or "user_id" or "run_name";

    /// <summary>The runs of an experiment that have the term, in its order; of a metric those that are not NaN.</summary>
    public static RunSource Of(RunReader reader, long experiment, FilterOrderTerm term)
    {
        if (RunFields.KeyedText(term.Field) is var (table, key))
            return Keyed(reader, experiment, term, table, "head", key, KeysetType.Text);
        if (term.Field.Entity is SearchVocabularies.Metric)
            return Keyed(
                reader, experiment, term, "tracking_metrics", RunFields.MetricColumn(term.Field), term.Field.Key, KeysetType.Real);
        var column = $"i.{RunFields.AttributeColumn(term.Field)}";
        var type = term.Field.Type is FilterType.Number ? KeysetType.Whole : KeysetType.Text;
        return new RunSource(reader.Session, column, type, term.Ascending, hasStarts: column is not "i.start_ms", draft => draft
            .Sql(" FROM tracking_runs i WHERE i.experiment_no = ").Value(experiment)
            .Sql(RunReader.Lifecycle(reader.Query.View, "i")).Sql(column is "i.end_ms" ? " AND i.end_ms IS NOT NULL" : ""));
    }

    /// <summary>The next runs and their values, from a value on or from the first beyond it.</summary>
    public ValueTask<List<(SortValue Value, long RunNo)>> NextAsync(SortValue? from, bool inclusive, int limit)
    {
        var draft = new SqlDraft(session.Engine).Sql($"SELECT {key}, i.run_no");
        write(draft);
        if (from is { } place) Bind(draft.Sql($" AND {key} {(ascending ? ">" : "<")}{(inclusive ? "= " : " ")}"), place);
        return draft.Sql($" ORDER BY {key}{(ascending ? "" : " DESC")} LIMIT ").Value((long)limit)
            .Prepare(session, "FollowIndex").ListAsync(row => (Read(row), row.Long(1)));
    }

    /// <summary>SELECT run_no …: all runs of just this value.</summary>
    public SqlDraft Group(SortValue value)
    {
        var draft = new SqlDraft(session.Engine).Sql("SELECT i.run_no");
        write(draft);
        return Bind(draft.Sql($" AND {key} = "), value);
    }

    /// <summary>The runs of just this value by their start: the newest first.</summary>
    public RunSource Ties(SortValue value) => new(session, "i.start_ms", KeysetType.Whole, ascending: false, hasStarts: false, draft =>
    {
        write(draft);
        Bind(draft.Sql($" AND {key} = "), value);
    });

    private static RunSource Keyed(
        RunReader reader, long experiment, FilterOrderTerm term, string table, string column, string key, KeysetType type) =>
        new(reader.Session, $"i.{column}", type, term.Ascending, hasStarts: type is KeysetType.Real, draft => draft
            .Sql($" FROM {table} i WHERE i.experiment_no = ").Value(experiment).Sql(" AND i.key_no = ").Value(reader.Keys.Of(key))
            .Sql(type is KeysetType.Real ? $" AND i.{column} IS NOT NULL" : ""));

    private SqlDraft Bind(SqlDraft draft, SortValue value) => type switch
    {
        KeysetType.Text => draft.Value(value.Text),
        KeysetType.Whole => draft.Value((long)value.Number),
        _ => draft.Value(value.Number),
    };

    private SortValue Read(DbRow row) => type switch
    {
        KeysetType.Text => SortValue.Of(row.Text(0)),
        KeysetType.Whole => SortValue.Of(row.Long(0)),
        _ => SortValue.Of(row.Double(0)),
    };
}
