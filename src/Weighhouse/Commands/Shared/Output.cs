using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Weighhouse.Commands.Shared;

internal enum OutputFormat
{
    Table,
    Json,
    Ndjson,
}

/// <summary>One column of a table: its title and how a row fills it. Numbers are right-aligned.</summary>
internal sealed record Column<T>(string Title, Func<T, string?> Text, bool IsNumber = false);

/// <summary>Prints answers on stdout: tables for people, JSON for programs. Nothing else is ever written there.</summary>
internal sealed class Output(TextWriter writer, OutputFormat format)
{
    private const int CellLengthMax = 80;

    public static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull,
        NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private static readonly JsonSerializerOptions JsonLine = new(Json) { WriteIndented = false };

    public OutputFormat Format => format;

    public TextWriter Writer => writer;

    /// <summary>A list: a table, one JSON array, or one object a line.</summary>
    public void List<T>(IReadOnlyList<T> rows, IReadOnlyList<Column<T>> columns, string whenEmpty)
    {
        switch (format)
        {
            case OutputFormat.Json:
                writer.WriteLine(JsonSerializer.Serialize(rows, Json));
                break;
            case OutputFormat.Ndjson:
                foreach (var row in rows) writer.WriteLine(JsonSerializer.Serialize(row, JsonLine));
                break;
            default:
                if (rows.Count == 0) Console.Error.WriteLine(whenEmpty);
                else Table(rows, columns);
                break;
        }
    }

    /// <summary>One object: name and value a line, or JSON.</summary>
    public void One<T>(T value, params IReadOnlyList<(string Name, string? Value)> lines)
    {
        if (format is OutputFormat.Json) writer.WriteLine(JsonSerializer.Serialize(value, Json));
        else if (format is OutputFormat.Ndjson) writer.WriteLine(JsonSerializer.Serialize(value, JsonLine));
        else
        {
            var width = lines.Max(line => line.Name.Length);
            foreach (var (name, text) in lines)
                if (text is not null) writer.WriteLine($"{name.PadRight(width)}  {text}");
        }
    }

    /// <summary>One object on one line, whatever the format: for exports.</summary>
    public void Line<T>(T value) => writer.WriteLine(JsonSerializer.Serialize(value, JsonLine));

    /// <summary>What a command did, for people; programs get <paramref name="value"/>.</summary>
    public void Said<T>(T value, string sentence)
    {
        if (format is OutputFormat.Table) Console.Error.WriteLine(sentence);
        else One(value);
    }

    /// <summary>Nothing for what has no time, and for what every database begins with: the first project, the first experiment.</summary>
    public static string Time(long? ms) => ms is null or 0
        ? ""
        : DateTimeOffset.FromUnixTimeMilliseconds(ms.Value).ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    public static string Number(double? value) => value?.ToString("G6", CultureInfo.InvariantCulture) ?? "";

    public static JsonNode? Node<T>(T value) => JsonSerializer.SerializeToNode(value, Json);

    private void Table<T>(IReadOnlyList<T> rows, IReadOnlyList<Column<T>> columns)
    {
        var cells = rows.Select(row => columns.Select(column => Clip(column.Text(row) ?? "")).ToArray()).ToArray();
        var widths = columns.Select((column, i) => Math.Max(column.Title.Length, cells.Max(row => row[i].Length))).ToArray();
        Line([.. columns.Select(column => column.Title)]);
        foreach (var row in cells) Line(row);

        void Line(string[] texts)
        {
            var padded = texts.Select((text, i) => columns[i].IsNumber ? text.PadLeft(widths[i]) : text.PadRight(widths[i]));
            writer.WriteLine(string.Join("  ", padded).TrimEnd());
        }
    }

    /// <summary>A cell stays on its line: control characters could also fake a terminal.</summary>
    private static string Clip(string text)
    {
        var clean = string.Create(text.Length, text, (span, source) =>
        {
            for (var i = 0; i < span.Length; i++) span[i] = char.IsControl(source[i]) ? ' ' : source[i];
        });
        return clean.Length <= CellLengthMax ? clean : clean[..(CellLengthMax - 1)] + "…";
    }
}
