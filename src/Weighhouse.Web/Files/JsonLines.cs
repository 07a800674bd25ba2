using System.Text.Json;

namespace Weighhouse.Web.Files;

/// <summary>The first lines of JSON Lines as a table: a column for every key met, in the order they were met.</summary>
internal static class JsonLines
{
    private const int DepthMax = 64;

    private static readonly JsonDocumentOptions Options = new() { MaxDepth = DepthMax };

    /// <summary>The head and the rows; null when a line is no JSON object, so that the file is shown as the text it is.</summary>
    /// <param name="isCut">Whether the last line may be a part of one.</param>
    public static IReadOnlyList<IReadOnlyList<string>>? Read(string text, bool isCut, int rowsMax, int columnsMax)
    {
        var columns = new List<string>();
        var places = new Dictionary<string, int>(StringComparer.Ordinal);
        var records = new List<Dictionary<int, string>>();
        var end = isCut ? text.LastIndexOf('\n') + 1 : text.Length;
        foreach (var range in text.AsSpan(0, end).Split('\n'))
        {
            var line = text.AsMemory(range).Trim();
            if (line.Length == 0) continue;
            if (records.Count >= rowsMax) break;
            if (ReadLine(line, columns, places, columnsMax) is not { } record) return null;
            records.Add(record);
        }

        return columns.Count == 0 ? null : [columns, .. records.Select(record => RowOf(record, columns.Count))];
    }

    private static Dictionary<int, string>? ReadLine(
        ReadOnlyMemory<char> line, List<string> columns, Dictionary<string, int> places, int columnsMax)
    {
        try
        {
            using var document = JsonDocument.Parse(line, Options);
            if (document.RootElement.ValueKind is not JsonValueKind.Object) return null;
            var record = new Dictionary<int, string>();
            foreach (var property in document.RootElement.EnumerateObject())
            {
                if (!places.TryGetValue(property.Name, out var place))
                {
                    if (columns.Count >= columnsMax) continue;
                    places.Add(property.Name, place = columns.Count);
                    columns.Add(property.Name);
                }

                var value = property.Value;
                record[place] = value.ValueKind is JsonValueKind.String ? value.GetString()! : value.GetRawText();
            }

            return record;
        }
        // Half a surrogate pair in an escape is found only when the text is asked for.
        catch (Exception reason) when (reason is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static string[] RowOf(Dictionary<int, string> record, int count)
    {
        var row = new string[count];
        for (var i = 0; i < count; i++) row[i] = record.GetValueOrDefault(i, "");
        return row;
    }
}
