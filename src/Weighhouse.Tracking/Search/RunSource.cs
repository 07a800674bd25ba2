using Weighhouse.Data;
using Weighhouse.Kernel;

namespace Weighhouse.Tracking.Search;

/// <summary>An index that leads through the runs of an experiment in the order of one term.</summary>
/// <param name="session">Where it is read.</param>
/// <param name="key">The column that the term orders by.</param>
/// <param name="write">"FROM … WHERE …": the part of the index to read.</param>
internal sealed class RunSource(DbSession session, string key, KeysetType type, bool ascending, Action<SqlDraft> write)
{
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

    /// <summary>The runs of just this value of a metric, by their start: the newest first.</summary>
    public RunSource Ties(SortValue value) => new(session, "i.start_ms", KeysetType.Whole, ascending: false, draft =>
    {
        write(draft);
        Bind(draft.Sql($" AND {key} = "), value);
    });

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
