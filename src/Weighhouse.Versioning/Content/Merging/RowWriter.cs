using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Weighhouse.Versioning.Content.Merging;

/// <summary>Writes the rows of a merged table in the manner of our side: as they stand where they can, else anew.</summary>
internal sealed class RowWriter
{
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly ArrayBufferWriter<byte> _content = new();
    private readonly MergeTable _look;
    private readonly IReadOnlyList<string> _columns;
    private readonly byte[] _lineEnd;

    public RowWriter(MergeTable look, IReadOnlyList<string> columns)
    {
        (_look, _columns) = (look, columns);
        var sample = look.Header.IsEmpty && look.Rows.Count > 0 ? look.Rows[0].Raw : look.Header;
        _lineEnd = sample.Span.EndsWith("\r\n"u8) ? [.. "\r\n"u8] : [.. "\n"u8];
        if (look.Header.IsEmpty) return;
        if (columns.SequenceEqual(look.Columns)) Raw(look.Header);
        else Line([.. columns.Select(static name => Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(name)))]);
    }

    /// <summary>A row of a side, which may be written otherwise there.</summary>
    public void Write(MergeTable side, MergeRow row)
    {
        if (side.Columns.SequenceEqual(_columns) && side.Delimiter == _look.Delimiter) Raw(row.Raw);
        else Write([.. _columns.Select(column => side.Cell(row, column))]);
    }

    /// <param name="cells">In the order of the columns.</param>
    public void Write(string?[] cells)
    {
        if (_look.IsJson) Json(cells);
        else Line(cells);
    }

    public MemoryStream End() => new(_content.WrittenSpan.ToArray());

    /// <summary>The last row of a file may have no end, and others follow it now.</summary>
    private void Raw(ReadOnlyMemory<byte> bytes)
    {
        _content.Write(bytes.Span);
        if (!bytes.Span.EndsWith("\n"u8)) _content.Write(_lineEnd);
    }

    private void Line(string?[] cells)
    {
        var delimiter = (char)_look.Delimiter;
        for (var i = 0; i < cells.Length; i++)
        {
            if (i > 0) _content.Write([_look.Delimiter]);
            var cell = cells[i] ?? "";
            var isPlain = cell.AsSpan().IndexOfAny(['"', '\n', '\r', delimiter]) < 0;
            _content.Write(Encoding.Latin1.GetBytes(isPlain ? cell : $"\"{cell.Replace("\"", "\"\"", StringComparison.Ordinal)}\""));
        }

        _content.Write(_lineEnd);
    }

    private void Json(string?[] cells)
    {
        using (var writer = new Utf8JsonWriter(_content, Plain))
        {
            writer.WriteStartObject();
            for (var i = 0; i < cells.Length; i++)
            {
                if (cells[i] is not { } cell) continue;
                writer.WritePropertyName(_columns[i]);
                var bytes = Encoding.Latin1.GetBytes(cell);
                // Text stands in quotes as it is, every other value as JSON.
                if (bytes[0] == '"') writer.WriteStringValue(bytes.AsSpan(1, bytes.Length - 2));
                else writer.WriteRawValue(bytes);
            }

            writer.WriteEndObject();
        }

        _content.Write(_lineEnd);
    }
}
