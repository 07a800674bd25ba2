using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Primitives;
using Weighhouse.Kernel;
using Weighhouse.Wire.Mlflow.Replies;

namespace Weighhouse.Wire.Mlflow.Binding;

/// <summary>One value of a request: a JSON element, or the texts of a query parameter.</summary>
internal readonly struct FieldValue
{
    private readonly JsonElement _json;
    private readonly StringValues _texts;
    private readonly bool _isQuery;

    public FieldValue(JsonElement json) => _json = json;

    public FieldValue(StringValues texts)
    {
        _texts = texts;
        _isQuery = true;
    }

    /// <summary>The value as JSON, for messages.</summary>
    public string Shown => _isQuery ? $"\"{JsonEncodedText.Encode(Last, MlflowReply.WriterOptions.Encoder)}\"" : _json.GetRawText();

    public bool IsEmptyText => _isQuery ? Last.Length == 0 : _json.ValueKind is JsonValueKind.String && _json.ValueEquals("");

    private string Last => _texts.Count > 0 ? _texts[^1] ?? "" : "";

    private string PythonType => _isQuery ? "str" : FieldProblems.PythonTypeOf(_json);

    public string? Text(string path, FieldProblems problems)
    {
        if (_isQuery) return Checked(Last, path, problems);
        if (_json.ValueKind is JsonValueKind.String) return ReadString(path, problems);
        problems.WrongType(path, Shown, PythonType);
        return null;
    }

    public string? TextOrNumber(string path, FieldProblems problems) =>
        !_isQuery && _json.ValueKind is JsonValueKind.Number ? _json.GetRawText() : Text(path, problems);

    public long? Long(string path, FieldProblems problems)
    {
        if (!_isQuery && _json.ValueKind is JsonValueKind.Number)
        {
            if (_json.TryGetInt64(out var whole)) return whole;
            // 1e3 and 5.0 are whole numbers too; beyond 2^53 a double no longer tells which.
            if (_json.TryGetDouble(out var number) && Math.Abs(number) < 1L << 53 && Math.Floor(number) == number) return (long)number;
        }
        else if ((_isQuery || _json.ValueKind is JsonValueKind.String)
            && long.TryParse(Text(path, problems), NumberStyles.Integer, CultureInfo.InvariantCulture, out var parsed))
        {
            return parsed;
        }

        problems.WrongType(path, Shown, PythonType);
        return null;
    }

    public double Double(string path, FieldProblems problems)
    {
        if (!_isQuery)
        {
            if (_json.ValueKind is JsonValueKind.Number) return _json.GetDouble();
            if (_json.ValueKind is JsonValueKind.True or JsonValueKind.False) return _json.GetBoolean() ? 1 : 0;
        }

        if ((_isQuery || _json.ValueKind is JsonValueKind.String) && TryDouble(Text(path, problems), out var value)) return value;
        problems.WrongType(path, Shown, PythonType);
        return 0;
    }

    public bool Bool(string path, FieldProblems problems)
    {
        if (!_isQuery && _json.ValueKind is JsonValueKind.True or JsonValueKind.False) return _json.GetBoolean();
        if ((_isQuery || _json.ValueKind is JsonValueKind.String) && bool.TryParse(Text(path, problems), out var value)) return value;
        problems.WrongType(path, Shown, PythonType);
        return false;
    }

    /// <summary>A repeated field: a JSON array, or a query parameter given any number of times.</summary>
    public IEnumerable<FieldValue> Elements(string path, FieldProblems problems)
    {
        if (_isQuery) return _texts.Select(static text => new FieldValue(new StringValues(text)));
        if (_json.ValueKind is JsonValueKind.Array) return _json.EnumerateArray().Select(static element => new FieldValue(element));
        problems.WrongType(path, Shown, PythonType);
        return [];
    }

    public JsonElement Object(string path, FieldProblems problems)
    {
        if (!_isQuery && _json.ValueKind is JsonValueKind.Object) return _json;
        problems.WrongType(path, Shown, PythonType);
        return default;
    }

    /// <summary>The spellings of Python, of JavaScript and of protobuf.</summary>
    private static bool TryDouble(string? text, out double value)
    {
        switch (text?.Trim().ToLowerInvariant())
        {
            case "nan": value = double.NaN; return true;
            case "inf" or "+inf" or "infinity" or "+infinity": value = double.PositiveInfinity; return true;
            case "-inf" or "-infinity": value = double.NegativeInfinity; return true;
            default:
                return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value);
        }
    }

    private string? ReadString(string path, FieldProblems problems)
    {
        try
        {
            return Checked(_json.GetString()!, path, problems);
        }
        catch (InvalidOperationException)
        {
            // The reader's only way to say that the bytes or escapes are not well-formed Unicode.
            problems.Add(Error.Invalid($"Parameter '{path}' is not well-formed Unicode text.", path));
            return null;
        }
    }

    private static string? Checked(string text, string path, FieldProblems problems)
    {
        if (!text.Contains('\0')) return text;
        problems.Add(Error.Invalid($"Parameter '{path}' has a NUL character. Leave it out.", path));
        return null;
    }
}
