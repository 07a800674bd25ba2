using System.Text;
using Weighhouse.Versioning.Content.Files;
using Weighhouse.Versioning.Content.Tables;

namespace Weighhouse.Versioning.Content.Merging;

/// <summary>A row with the bytes it was written as. Cells are Latin-1 of their bytes: one character a byte, without a loss.</summary>
internal sealed record MergeRow(string?[] Cells, ReadOnlyMemory<byte> Raw);

/// <summary>A table in memory.</summary>
internal sealed class MergeTable
{
    private readonly Dictionary<string, int> _columns;

    private MergeTable(List<string> columns, List<MergeRow> rows, ReadOnlyMemory<byte> header, bool isJson, byte delimiter)
    {
        (Columns, Rows, Header, IsJson, Delimiter) = (columns, rows, header, isJson, delimiter);
        _columns = columns.Select(static (name, index) => (name, index)).ToDictionary(
            static pair => pair.name, static pair => pair.index, StringComparer.Ordinal);
    }

    public IReadOnlyList<string> Columns { get; }

    public IReadOnlyList<MergeRow> Rows { get; }

    /// <summary>What stands before the first row; empty where there is no header.</summary>
    public ReadOnlyMemory<byte> Header { get; }

    public bool IsJson { get; }

    public byte Delimiter { get; }

    public bool Has(string column) => _columns.ContainsKey(column);

    public string? Cell(MergeRow row, string column) =>
        _columns.TryGetValue(column, out var index) && index < row.Cells.Length ? row.Cells[index] : null;

    /// <summary>The row whole, whatever the order of its columns and how it was written.</summary>
    public string Whole(MergeRow row, IEnumerable<string> columns)
    {
        var text = new StringBuilder();
        foreach (var column in columns)
        {
            var cell = Cell(row, column);
            text.Append(cell?.Length ?? -1).Append(':').Append(cell).Append(';');
        }

        return text.ToString();
    }

    /// <summary>Null when the content is no table after all.</summary>
    public static MergeTable? Read(FileContent content, string format)
    {
        using var reader = TableReader.Open(content, format);
        var rows = new List<MergeRow>();
        var header = reader.Header;
        while (reader.Read())
        {
            var cells = new string?[reader.Row.Count];
            for (var i = 0; i < cells.Length; i++) cells[i] = reader.Row.Has(i) ? Encoding.Latin1.GetString(reader.Row[i]) : null;
            rows.Add(new MergeRow(cells, reader.Raw.ToArray()));
        }

        return reader.Problem is null
            ? new MergeTable(reader.Columns, rows, header, reader.IsJson, (reader as DelimitedReader)?.Delimiter ?? 0)
            : null;
    }
}
