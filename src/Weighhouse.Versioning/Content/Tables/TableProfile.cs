using Weighhouse.Versioning.Content.Files;

namespace Weighhouse.Versioning.Content.Tables;

/// <summary>What a table holds.</summary>
/// <param name="Problem">Why it is no table; null when it is one.</param>
internal sealed record TableProfile(long Rows, IReadOnlyList<ColumnProfile> Columns, bool IsJson, bool IsSampled, string? Problem)
{
    public static readonly TableProfile Nothing = new(0, [], false, false, null);

    /// <param name="rowsMax">Past so many rows the rest is not read.</param>
    public static TableProfile Of(FileContent content, string format, long rowsMax, CancellationToken cancellation)
    {
        using var reader = TableReader.Open(content, format);
        var gathered = new RowProfile();
        gathered.Widen(reader);
        var isSampled = false;
        while (reader.Read())
        {
            if (reader.Row.Number > rowsMax)
            {
                isSampled = true;
                break;
            }

            if ((reader.Row.Number & 0xFFF) == 0) cancellation.ThrowIfCancellationRequested();
            gathered.Add(reader);
        }

        return new TableProfile(gathered.Rows, gathered.Columns, reader.IsJson, isSampled, reader.Problem);
    }

    public TableSummary ToSummary() => new(Rows, [.. Columns.Select(column => column.ToFacts(Rows, IsJson))], IsSampled);
}

/// <summary>Gathers what the columns of some rows hold, in the order of the reader's columns.</summary>
internal sealed class RowProfile
{
    private readonly List<ColumnProfile> _columns = [];

    public long Rows { get; private set; }

    public IReadOnlyList<ColumnProfile> Columns => _columns;

    public void Add(TableReader reader)
    {
        Rows++;
        if (_columns.Count < reader.Columns.Count) Widen(reader);
        var (row, isJson) = (reader.Row, reader.IsJson);
        for (var i = 0; i < row.Count; i++)
            if (row.Has(i)) _columns[i].Add(row[i], isJson);
    }

    /// <summary>Columns that the reader knows of are there, whether a row has them or not.</summary>
    public void Widen(TableReader reader)
    {
        while (_columns.Count < reader.Columns.Count) _columns.Add(new ColumnProfile(reader.Columns[_columns.Count]));
    }

    /// <summary>With the columns of other rows, where these have them; others are added behind.</summary>
    public List<ColumnProfile> With(RowProfile other)
    {
        var columns = new List<ColumnProfile>(_columns);
        var places = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < columns.Count; i++) places.Add(columns[i].Name, i);
        foreach (var column in other._columns)
        {
            if (places.TryGetValue(column.Name, out var place)) columns[place] = ColumnProfile.Of(columns[place], column);
            else if (column.IsMet) columns.Add(column);
        }

        return columns;
    }
}
