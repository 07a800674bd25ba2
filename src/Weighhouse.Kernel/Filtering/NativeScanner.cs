using System.Globalization;
using System.Text;

namespace Weighhouse.Kernel;

/// <summary>Reads the words, names, quoted texts and numbers of the native grammar at a position that only moves on success.</summary>
internal sealed class NativeScanner(string text)
{
    public int Position { get; set; }

    public bool AtEnd
    {
        get
        {
            while (Position < text.Length && char.IsWhiteSpace(text[Position])) Position++;
            return Position == text.Length;
        }
    }

    /// <summary>What stands at the position, short enough for a message.</summary>
    public string Found
    {
        get
        {
            if (AtEnd) return "the end";
            var length = 1;
            while (Position + length < text.Length && length < 20 && IsKeyCharacter(text[Position])
                && IsKeyCharacter(text[Position + length]))
                length++;
            return $"'{text.AsSpan(Position, length)}'";
        }
    }

    public bool Symbol(string symbol)
    {
        if (AtEnd || !text.AsSpan(Position).StartsWith(symbol, StringComparison.Ordinal)) return false;
        Position += symbol.Length;
        return true;
    }

    /// <summary>Passes the word in any case, when it is not the beginning of a longer one.</summary>
    public bool Word(string word)
    {
        if (AtEnd || !text.AsSpan(Position).StartsWith(word, StringComparison.OrdinalIgnoreCase)) return false;
        var end = Position + word.Length;
        if (end < text.Length && IsKeyCharacter(text[end])) return false;
        Position = end;
        return true;
    }

    /// <summary>
    /// A name: an entity and a key, either perhaps in backticks or double quotes, and perhaps a part after a quoted key. Without
    /// quotes a key may hold letters, digits and _ - . / : @ # $ and goes on after dots; <paramref name="parts"/> says which last
    /// segment is a part.
    /// </summary>
    public bool Name(Func<string, IReadOnlyList<string>?> parts, out string? entity, out string key, out string? part)
    {
        entity = part = null;
        key = "";
        if (AtEnd) return false;
        var start = Position;
        if (!Segment(stopAtDot: true, out var first, out var firstQuoted)) return false;
        if (Position >= text.Length || text[Position] is not '.')
        {
            key = first;
            return true;
        }

        Position++;
        entity = first;
        if (Position >= text.Length || !Segment(stopAtDot: false, out key, out var quoted))
        {
            Position = firstQuoted ? start : Position;
            return false;
        }

        if (quoted && Position + 1 < text.Length && text[Position] is '.')
        {
            Position++;
            return Segment(stopAtDot: true, out part!, out _);
        }

        if (!quoted && key.LastIndexOf('.') is > 0 and var dot && parts(first)?.Contains(key[(dot + 1)..]) is true)
        {
            part = key[(dot + 1)..];
            key = key[..dot];
        }

        return true;
    }

    /// <summary>A text in single or double quotes; the quote doubled stands for itself.</summary>
    public bool Text(out string value)
    {
        value = "";
        return !AtEnd && text[Position] is '\'' or '"' && Quoted(out value);
    }

    public bool Number(out FilterLiteral value)
    {
        value = default;
        if (AtEnd) return false;
        var end = Position;
        while (end < text.Length && (char.IsAsciiLetterOrDigit(text[end]) || text[end] is '.' or '+' or '-')) end++;
        var written = text[Position..end];
        if (written.Length == 0
            || !(char.IsAsciiDigit(written[^1]) || written[^1] is '.' || written.EndsWith("infinity", StringComparison.OrdinalIgnoreCase))
            || !double.TryParse(written, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)) return false;
        Position = end;
        value = new FilterLiteral(written, number);
        return true;
    }

    private bool Segment(bool stopAtDot, out string value, out bool quoted)
    {
        quoted = text[Position] is '`' or '"';
        if (quoted) return Quoted(out value);
        var start = Position;
        while (Position < text.Length && IsKeyCharacter(text[Position]) && !(stopAtDot && text[Position] is '.')) Position++;
        value = text[start..Position];
        return value.Length > 0;
    }

    private bool Quoted(out string value)
    {
        var quote = text[Position];
        var result = new StringBuilder();
        value = "";
        for (var i = Position + 1; i < text.Length; i++)
        {
            if (text[i] != quote)
            {
                result.Append(text[i]);
            }
            else if (i + 1 < text.Length && text[i + 1] == quote)
            {
                result.Append(quote);
                i++;
            }
            else
            {
                Position = i + 1;
                value = result.ToString();
                return true;
            }
        }

        return false;
    }

    private static bool IsKeyCharacter(char character) =>
        char.IsLetterOrDigit(character) || character is '_' or '-' or '.' or '/' or ':' or '@' or '#' or '$' || char.IsSurrogate(character);
}
