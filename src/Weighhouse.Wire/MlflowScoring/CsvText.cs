using System.Text;
using Weighhouse.Kernel;
using Weighhouse.Wire.Inference;

namespace Weighhouse.Wire.MlflowScoring;

/// <summary>A CSV with a head, as the document of a frame: what is no number, no truth value and not empty is a text.</summary>
internal static class CsvText
{
    /// <param name="json">Gets <c>{"columns":[…],"data":[[…]]}</c>.</param>
    public static Error? Read(ReadOnlySpan<byte> csv, ReplyBuffer json)
    {
        // A mark of the encoding, which spreadsheets write, is not a part of the first name.
        if (csv.StartsWith("\uFEFF"u8)) csv = csv[3..];
        var cell = new StringBuilder();
        json.Raw("{\"columns\":["u8);
        var (row, column, at) = (0, 0, 0);
        while (at < csv.Length)
        {
            if (row == 1 && column == 0) json.Raw("],\"data\":[["u8);
            else if (row > 1 && column == 0) json.Raw(",["u8);
            else if (column > 0) json.Raw(","u8);
            if (!TryCell(csv, ref at, cell, out var isQuoted, out var isLast))
                return Error.Invalid($"Line {row + 1} of the CSV has a quote that does not end.");
            WriteCell(json, cell.ToString(), isText: isQuoted || row == 0);
            column++;
            if (!isLast) continue;
            if (row > 0) json.Raw("]"u8);
            (row, column) = (row + 1, 0);
        }

        if (row < 2) return Error.Invalid("The CSV has no rows: the first line names the columns, the others are rows.");
        json.Raw("]}"u8);
        return null;
    }

    private static bool TryCell(ReadOnlySpan<byte> csv, ref int at, StringBuilder cell, out bool isQuoted, out bool isLast)
    {
        cell.Clear();
        (isQuoted, isLast) = (at < csv.Length && csv[at] == '"', false);
        if (isQuoted)
        {
            at++;
            while (true)
            {
                var quote = csv[at..].IndexOf((byte)'"');
                if (quote < 0) return false;
                cell.Append(Encoding.UTF8.GetString(csv.Slice(at, quote)));
                at += quote + 1;
                if (at >= csv.Length || csv[at] != '"') break;
                cell.Append('"');
                at++;
            }
        }

        var end = csv[at..].IndexOfAny((byte)',', (byte)'\n');
        var rest = end < 0 ? csv[at..] : csv.Slice(at, end);
        cell.Append(Encoding.UTF8.GetString(rest).TrimEnd('\r'));
        at = end < 0 ? csv.Length : at + end + 1;
        isLast = end < 0 || csv[at - 1] == '\n';
        return true;
    }

    private static void WriteCell(ReplyBuffer json, string cell, bool isText)
    {
        if (isText) json.Text(cell);
        else if (cell.Length == 0) json.Raw("NaN"u8);
        else if (cell is "true" or "True") json.Raw("true"u8);
        else if (cell is "false" or "False") json.Raw("false"u8);
        else if (IsNumber(cell)) json.Raw(Encoding.UTF8.GetBytes(cell));
        else json.Text(cell);
    }

    /// <summary>Whether JSON would read it as one.</summary>
    private static bool IsNumber(string cell)
    {
        var json = new JsonCursor(Encoding.UTF8.GetBytes(cell));
        return json.Peek() is JsonKind.Number && json.Skip() && json.IsDone();
    }
}
