using System.Text.Json;
using System.Text.RegularExpressions;

namespace Weighhouse.Tests.Wire;

/// <summary>Holds an answer against what a transcript expects of it.</summary>
internal sealed partial class JsonPattern(Dictionary<string, string> variables)
{
    private const string Rest = "...";

    /// <summary>Null when the answer will do; otherwise where and why it will not.</summary>
    public string? Mismatch(JsonElement expected, JsonElement actual, string path = "$")
    {
        if (expected.ValueKind is JsonValueKind.String) return Texts(expected.GetString()!, actual, path);
        if (expected.ValueKind != actual.ValueKind) return $"{path}: expected {expected}, found {actual}";
        return expected.ValueKind switch
        {
            JsonValueKind.Object => Objects(expected, actual, path),
            JsonValueKind.Array => Arrays(expected, actual, path),
            JsonValueKind.Number => expected.GetDouble().Equals(actual.GetDouble()) ? null : $"{path}: expected {expected}, found {actual}",
            _ => expected.ToString() == actual.ToString() ? null : $"{path}: expected '{expected}', found '{actual}'",
        };
    }

    private string? Texts(string expected, JsonElement actual, string path)
    {
        if (expected == "*") return null;
        var isPattern = expected.StartsWith('~');
        if (!isPattern && !Variable().IsMatch(expected))
        {
            var same = actual.ValueKind is JsonValueKind.String && actual.GetString() == expected;
            return same ? null : $"{path}: expected '{expected}', found {actual.GetRawText()}";
        }

        var text = actual.ValueKind is JsonValueKind.String ? actual.GetString()! : actual.GetRawText();
        var pattern = isPattern
            ? Fill(expected[1..])
            : $"^{Variable().Replace(Regex.Escape(Fill(expected)).Replace("\\$", "$", StringComparison.Ordinal), Capture)}$";
        var match = Regex.Match(text, pattern, RegexOptions.None, TimeSpan.FromSeconds(1));
        if (!match.Success) return $"{path}: '{text}' does not match '{pattern}'";
        foreach (var group in match.Groups.Values)
            if (!char.IsAsciiDigit(group.Name[0])) variables[group.Name] = group.Value;
        return null;
    }

    /// <summary>A variable not met before takes whatever stands in its place.</summary>
    private static string Capture(Match variable) => $"(?<{variable.ValueSpan[1..]}>.+)";

    /// <summary>The text with $name for what was remembered; in patterns as it is.</summary>
    public string Fill(string text)
    {
        foreach (var (name, value) in variables.OrderByDescending(static variable => variable.Key.Length))
            text = text.Replace("$" + name, value, StringComparison.Ordinal);
        return text;
    }

    [GeneratedRegex(@"\$[a-z]+", RegexOptions.NonBacktracking)]
    private static partial Regex Variable();

    private string? Objects(JsonElement expected, JsonElement actual, string path)
    {
        var open = false;
        foreach (var member in expected.EnumerateObject())
        {
            if (member.Name == Rest)
            {
                open = true;
                continue;
            }

            if (!actual.TryGetProperty(member.Name, out var value)) return $"{path}.{member.Name}: missing in {actual}";
            if (Mismatch(member.Value, value, $"{path}.{member.Name}") is { } mismatch) return mismatch;
        }

        if (open) return null;
        foreach (var member in actual.EnumerateObject())
            if (!expected.TryGetProperty(member.Name, out _)) return $"{path}.{member.Name}: not expected, found {member.Value}";
        return null;
    }

    private string? Arrays(JsonElement expected, JsonElement actual, string path)
    {
        var index = 0;
        foreach (var element in expected.EnumerateArray())
        {
            if (element.ValueKind is JsonValueKind.String && element.GetString() == Rest) return null;
            if (index >= actual.GetArrayLength()) return $"{path}[{index}]: missing, found {actual.GetArrayLength()} elements";
            if (Mismatch(element, actual[index], $"{path}[{index}]") is { } mismatch) return mismatch;
            index++;
        }

        return index == actual.GetArrayLength() ? null : $"{path}: expected {index} elements, found {actual.GetArrayLength()}: {actual}";
    }
}
