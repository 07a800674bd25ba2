using System.Text;
using Weighhouse.Versioning.Content.Tables;

namespace Weighhouse.Versioning;

/// <summary>
/// The rows of a table one after the other, with memory for one of them: comma- or tab-separated values, or a JSON object a line. One
/// thread.
/// </summary>
public sealed class TableRows : IDisposable
{
    private readonly TableReader _reader;

    private TableRows(TableReader reader) => _reader = reader;

    /// <summary>Names so far: of JSON lines, those that were met.</summary>
    public IReadOnlyList<string> Columns => _reader.Columns;

    /// <summary>What is wrong with the file as a table, with its line; null while nothing is. Reading ends there.</summary>
    public string? Problem => _reader.Problem;

    /// <summary>How many rows were read, without the header.</summary>
    public long Row => _reader.Row.Number;

    /// <summary>Where the row that was read last begins, in bytes.</summary>
    public long Position => _reader.Place.PositionBytes;

    /// <param name="stream">Read from its start; disposed with this.</param>
    /// <param name="fileName">Says by its ending what the content is; null is returned for others than .csv, .tsv, .tab, .jsonl,
    /// .ndjson.</param>
    public static TableRows? Open(Stream stream, string fileName) => Path.GetExtension(fileName).ToLowerInvariant() switch
    {
        ".csv" => new TableRows(new DelimitedReader(stream, null)),
        ".tsv" or ".tab" => new TableRows(new DelimitedReader(stream, (byte)'\t')),
        ".jsonl" or ".ndjson" => new TableRows(new JsonLinesReader(stream)),
        _ => null,
    };

    public bool Read() => _reader.Read();

    /// <summary>Whether the row says nothing in the column: no cell, an empty one, or JSON's null.</summary>
    public bool IsMissing(int column)
    {
        if (!_reader.Row.Has(column)) return true;
        var cell = _reader.Row[column];
        return cell.IsEmpty || (_reader.IsJson && cell.SequenceEqual("null"u8));
    }

    public bool TryNumber(int column, out double value) => CellValue.TryNumber(_reader.Row[column], out value);

    /// <summary>The cell as people read it; what JSON has in quotes, without them.</summary>
    public string Text(int column)
    {
        var cell = _reader.Row[column];
        if (_reader.IsJson && cell is [(byte)'"', .., (byte)'"']) cell = cell[1..^1];
        return Encoding.UTF8.GetString(cell);
    }

    public void Dispose() => _reader.Dispose();
}
