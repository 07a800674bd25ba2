using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Weighhouse.Versioning.Content.Tables;

/// <summary>
/// One JSON object a line, its properties the columns. Cells keep their kind: text stands in quotes, objects and arrays without blanks.
/// A line that holds no object is a row of the one column "value".
/// </summary>
internal sealed class JsonLinesReader : TableReader
{
    private const int DepthMax = 64;

    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly Dictionary<string, int> _indexes = new(StringComparer.Ordinal);
    private readonly ArrayBufferWriter<byte> _nested = new();

    public JsonLinesReader(Stream stream)
        : base(stream) => Source.SkipByteOrderMark();

    public override bool IsJson => true;

    public override bool Read()
    {
        while (Problem is null && NextLine() is { } line)
        {
            var json = line.Span.Trim(" \t\r\n"u8);
            var isBlank = json.IsEmpty;
            if (!isBlank) Parse(json);
            Raw = line;
            if (!isBlank) Place = new RowPlace(Source.Position, Row.Number, Line - 1);
            Source.Take(line.Length);
            if (Problem is not null) return false;
            if (isBlank) continue;
            Row.End();
            return true;
        }

        return false;
    }

    /// <summary>Rows name their columns themselves.</summary>
    public override bool ReadsLike(TableReader other) => other is JsonLinesReader;

    private ReadOnlyMemory<byte>? NextLine()
    {
        Line++;
        while (true)
        {
            var end = Source.Window.IndexOf((byte)'\n');
            if (end >= 0) return Source.WindowMemory[..(end + 1)];
            if (Source.Fill(RowBytesMax)) continue;
            if (!Source.HasEnded)
            {
                Problem = $"Line {Line} is longer than {RowBytesMax} bytes.";
                return null;
            }

            if (Source.Window.IsEmpty) return null;
            return Source.WindowMemory;
        }
    }

    private void Parse(ReadOnlySpan<byte> json)
    {
        Row.Begin();
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = DepthMax });
        try
        {
            reader.Read();
            if (reader.TokenType != JsonTokenType.StartObject) Add("value", ref reader);
            else
            {
                while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
                {
                    var name = reader.GetString()!;
                    reader.Read();
                    Add(name, ref reader);
                }
            }

            if (reader.Read()) Problem = $"Line {Line} holds more than one JSON value.";
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException)
        {
            Problem = $"Line {Line} is not JSON: {failure.Message}";
        }
    }

    private void Add(string name, ref Utf8JsonReader reader)
    {
        if (!_indexes.TryGetValue(name, out var column))
        {
            if (Columns.Count == ColumnsMax)
            {
                Problem = $"Line {Line} has a property more than the {ColumnsMax} that a table may have.";
                reader.Skip();
                return;
            }

            _indexes.Add(name, column = Columns.Count);
            Columns.Add(name);
        }

        var start = Row.Used;
        switch (reader.TokenType)
        {
            case JsonTokenType.String:
                Row.Append("\""u8);
                Row.Append(reader.ValueIsEscaped ? System.Text.Encoding.UTF8.GetBytes(reader.GetString()!) : reader.ValueSpan);
                Row.Append("\""u8);
                break;
            case JsonTokenType.StartObject or JsonTokenType.StartArray:
                AppendNested(ref reader);
                break;
            default:
                Row.Append(reader.ValueSpan);
                break;
        }

        Row.EndCell(column, start);
    }

    private void AppendNested(ref Utf8JsonReader reader)
    {
        _nested.ResetWrittenCount();
        using var document = JsonDocument.ParseValue(ref reader);
        using var writer = new Utf8JsonWriter(_nested, Plain);
        document.RootElement.WriteTo(writer);
        writer.Flush();
        Row.Append(_nested.WrittenSpan);
    }
}
