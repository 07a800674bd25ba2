using System.Buffers;

namespace Weighhouse.Wire.Inference;

internal enum JsonKind
{
    End,
    Object,
    Array,
    Text,

    /// <summary>A number, or one of the words NaN and Infinity, which clients in Python write.</summary>
    Number,
    True,
    False,
    Null,
    Wrong,
}

/// <summary>
/// Reads JSON where it lies, value by value. Bodies of requests are mostly numbers, and a reader that knows what it is about to read is
/// several times as fast as one that does not. A method that returns false has failed when <see cref="Problem"/> says why.
/// </summary>
internal ref struct JsonCursor(ReadOnlySpan<byte> json)
{
    /// <summary>Values inside values; only what is skipped is nested deeper than tensors are.</summary>
    private const int DepthMax = 64;

    private static readonly SearchValues<byte> Ends = SearchValues.Create(",]} \n\r\t:\"[{"u8);

    private readonly ReadOnlySpan<byte> _json = json;

    public int At { get; private set; }

    /// <summary>What is wrong with the text, as half a sentence; null when nothing is.</summary>
    public string? Problem { get; private set; }

    public readonly int Left => _json.Length - At;

    public JsonKind Peek()
    {
        var at = At;
        while (at < _json.Length && _json[at] is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t') at++;
        At = at;
        if (at == _json.Length) return JsonKind.End;
        return _json[at] switch
        {
            (byte)'{' => JsonKind.Object,
            (byte)'[' => JsonKind.Array,
            (byte)'"' => JsonKind.Text,
            (byte)'t' => JsonKind.True,
            (byte)'f' => JsonKind.False,
            (byte)'n' => JsonKind.Null,
            (byte)'-' or (byte)'N' or (byte)'I' or (>= (byte)'0' and <= (byte)'9') => JsonKind.Number,
            _ => JsonKind.Wrong,
        };
    }

    public bool Fail(string problem)
    {
        Problem ??= problem;
        return false;
    }

    public bool BeginObject() => Take((byte)'{', "an object is expected");

    public bool BeginArray() => Take((byte)'[', "a list is expected");

    /// <summary>The next name of an object, and its value follows; false at the end.</summary>
    /// <param name="name">Without quotes, escapes as they are: names that matter have none.</param>
    public bool NextName(ref bool isFirst, out ReadOnlySpan<byte> name)
    {
        name = default;
        if (!Next((byte)'}', ref isFirst)) return false;
        return Text(out name, out _) && (TakeIf((byte)':') || Fail("a ':' is missing after a name"));
    }

    /// <summary>Whether another element of a list follows.</summary>
    public bool NextElement(ref bool isFirst) => Next((byte)']', ref isFirst);

    /// <param name="raw">Between the quotes.</param>
    /// <param name="isEscaped">Whether it is to be <see cref="Unescape"/>d.</param>
    public bool Text(out ReadOnlySpan<byte> raw, out bool isEscaped)
    {
        raw = default;
        isEscaped = false;
        if (!Take((byte)'"', "a text is expected")) return false;
        var from = At;
        while (true)
        {
            var next = _json[At..].IndexOfAnyInRange((byte)0, (byte)0x1F);
            var quote = _json[At..].IndexOfAny((byte)'"', (byte)'\\');
            if (quote < 0) return Fail("a text does not end");
            if (next >= 0 && next < quote) return Fail("a text has a control character in it");
            At += quote;
            if (_json[At] is (byte)'"') break;
            isEscaped = true;
            At += 2;
            if (At > _json.Length) return Fail("a text does not end");
        }

        raw = _json[from..At++];
        return true;
    }

    /// <summary>A number's characters; whether they are one is for the reader of the number to find.</summary>
    public bool Number(out ReadOnlySpan<byte> token)
    {
        token = default;
        if (Peek() is not JsonKind.Number) return Fail("a number is expected");
        var rest = _json[At..];
        var end = rest.IndexOfAny(Ends);
        token = end < 0 ? rest : rest[..end];
        At += token.Length;
        return true;
    }

    public bool True() => Word("true"u8);

    public bool False() => Word("false"u8);

    public bool Null() => Word("null"u8);

    /// <summary>Passes over a number; false without a problem when it is not a whole one that fits.</summary>
    public bool WholeNumber(out long value)
    {
        value = 0;
        return Number(out var token) && NumberText.TryInt64(token, out value);
    }

    /// <summary>Passes over a value of any kind.</summary>
    public bool Skip() => Skip(0);

    /// <summary>Passes over a value and says where it lies.</summary>
    public bool Skip(out Range range)
    {
        Peek();
        var from = At;
        var isWhole = Skip(0);
        range = from..At;
        return isWhole;
    }

    /// <summary>Only blanks to the end.</summary>
    public bool IsDone() => Peek() is JsonKind.End || Fail("something follows the end");

    /// <summary>Writes a text without its escapes; returns its length, or -1 when an escape is none.</summary>
    /// <param name="target">As long as the raw text: no escape is shorter than what it stands for.</param>
    public static int Unescape(ReadOnlySpan<byte> raw, Span<byte> target) => JsonEscapes.Read(raw, target);

    private bool Skip(int depth)
    {
        if (depth > DepthMax) return Fail($"values are nested deeper than {DepthMax}");
        switch (Peek())
        {
            case JsonKind.Object:
                At++;
                for (var isFirst = true; NextName(ref isFirst, out _);)
                    if (!Skip(depth + 1)) return false;
                return Problem is null;
            case JsonKind.Array:
                At++;
                for (var isFirst = true; NextElement(ref isFirst);)
                    if (!Skip(depth + 1)) return false;
                return Problem is null;
            case JsonKind.Text: return Text(out _, out _);
            case JsonKind.Number: return Number(out _);
            case JsonKind.True: return True();
            case JsonKind.False: return False();
            case JsonKind.Null: return Null();
            default: return Fail("a value is expected");
        }
    }

    private bool Next(byte close, ref bool isFirst)
    {
        if (Problem is not null) return false;
        Peek();
        if (TakeIf(close)) return false;
        if (isFirst)
        {
            isFirst = false;
            return At < _json.Length || Fail("it ends too early");
        }

        if (!TakeIf((byte)',')) return Fail(At < _json.Length ? "a ',' is missing" : "it ends too early");
        return Peek() is not JsonKind.End && _json[At] != close || Fail("nothing follows a ','");
    }

    private bool Take(byte expected, string problem) => TakeIf(expected) || Fail(problem);

    private bool TakeIf(byte expected)
    {
        Peek();
        if (At >= _json.Length || _json[At] != expected) return false;
        At++;
        return true;
    }

    private bool Word(ReadOnlySpan<byte> word)
    {
        Peek();
        if (!_json[At..].StartsWith(word)) return Fail("a value is expected");
        At += word.Length;
        return true;
    }
}
