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
        var columns = new List<ColumnProfile>();
        var isSampled = false;
        Widen();
        while (reader.Read())
        {
            if (reader.Row.Number > rowsMax)
            {
                isSampled = true;
                break;
            }

            if ((reader.Row.Number & 0xFFF) == 0) cancellation.ThrowIfCancellationRequested();
            Widen();
            for (var i = 0; i < reader.Row.Count; i++) columns[i].Add(reader.Row[i], reader.IsJson);
        }

        return new TableProfile(
            isSampled ? rowsMax : reader.Row.Number, columns, reader.IsJson, isSampled, reader.Problem);

        void Widen()
        {
            while (columns.Count < reader.Columns.Count) columns.Add(new ColumnProfile(reader.Columns[columns.Count]));
        }
    }

    public TableSummary ToSummary() => new(Rows, [.. Columns.Select(column => column.ToFacts(Rows, IsJson))], IsSampled);
}
