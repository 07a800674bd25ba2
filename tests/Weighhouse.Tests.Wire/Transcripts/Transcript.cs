using System.Text;

namespace Weighhouse.Tests.Wire;

/// <summary>One request and the answer it must get.</summary>
/// <param name="Line">Where it stands in its file, from 1.</param>
/// <param name="Body">Null for none.</param>
/// <param name="ExpectedBody">Null for any.</param>
public sealed record Exchange(
    int Line,
    string Method,
    string Target,
    IReadOnlyList<(string Name, string Value)> Headers,
    string? Body,
    int ExpectedStatus,
    IReadOnlyList<(string Name, string Value)> ExpectedHeaders,
    string? ExpectedBody);

/// <summary>Exchanges that belong together: they share their variables, and no others.</summary>
public sealed record Scenario(string File, string Name, IReadOnlyList<Exchange> Exchanges);

/// <summary>
/// A protocol written down as plain text, so that any server can be held against it:
/// <code>
/// ## A name for what follows
/// &gt; POST /path?query            a request; more lines with &gt; are its headers, lines without its body
/// {"name": "$name"}
/// &lt; 200                         the status it must get; more lines with &lt; are headers that must be there
/// {"id": "$id", "time": "*", "...": "..."}
/// </code>
/// In an expected body "*" is anything, "$id" is remembered or must be what was remembered, "~text" is a regular expression, and the
/// member "..." or the element "..." is whatever else there is. In a request $id is what was remembered. Lines with # are comments.
/// </summary>
public static class Transcript
{
    public static IReadOnlyList<Scenario> Read(string path)
    {
        var file = Path.GetFileNameWithoutExtension(path);
        var scenarios = new List<Scenario>();
        var exchanges = new List<Exchange>();
        string? name = null;
        var lines = File.ReadAllLines(path);
        for (var i = 0; i < lines.Length;)
        {
            if (lines[i].StartsWith("## ", StringComparison.Ordinal))
            {
                if (name is not null) scenarios.Add(new Scenario(file, name, [.. exchanges]));
                exchanges.Clear();
                name = lines[i++][3..];
            }
            else if (lines[i].StartsWith("> ", StringComparison.Ordinal))
            {
                exchanges.Add(ReadExchange(file, lines, ref i));
            }
            else if (lines[i].Length == 0 || lines[i].StartsWith('#'))
            {
                i++;
            }
            else
            {
                throw new FormatException($"{file}:{i + 1}: expected a request, a scenario or a comment, found '{lines[i]}'");
            }
        }

        if (name is not null) scenarios.Add(new Scenario(file, name, exchanges));
        return scenarios;
    }

    private static Exchange ReadExchange(string file, string[] lines, ref int i)
    {
        var line = i + 1;
        var request = Marked(lines, ref i, "> ");
        var body = Body(lines, ref i);
        var response = Marked(lines, ref i, "< ");
        if (response.Count == 0) throw new FormatException($"{file}:{line}: the request has no answer");
        var target = request[0].Split(' ', 2);
        return new Exchange(
            line, target[0], target[1], Headers(request), body, int.Parse(response[0]), Headers(response), Body(lines, ref i));
    }

    private static List<string> Marked(string[] lines, ref int i, string mark)
    {
        var marked = new List<string>();
        for (; i < lines.Length && lines[i].StartsWith(mark, StringComparison.Ordinal); i++) marked.Add(lines[i][mark.Length..].Trim());
        return marked;
    }

    private static string? Body(string[] lines, ref int i)
    {
        var body = new StringBuilder();
        for (; i < lines.Length && lines[i].Length > 0 && lines[i][0] is not ('>' or '<' or '#'); i++) body.AppendLine(lines[i]);
        return body.Length == 0 ? null : body.ToString().TrimEnd('\r', '\n');
    }

    private static (string Name, string Value)[] Headers(List<string> lines) =>
    [
        .. lines.Skip(1).Select(static line => line.Split(':', 2) is [var name, var value]
            ? (name, value.Trim())
            : throw new FormatException($"'{line}' is no header")),
    ];
}
