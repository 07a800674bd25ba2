namespace Weighhouse.Kernel;

/// <summary>Cuts a filter where MLflow's SQL lexer cuts it, as far as a filter that MLflow accepts or refuses by name is
/// concerned.</summary>
internal ref struct MlflowLexer(string text)
{
    private static readonly HashSet<string> Keywords = new(
        ["AND", "OR", "NOT", "NAND", "XOR", "IN", "IS", "NULL", "TRUE", "FALSE", "BETWEEN", "EXISTS", "ANY", "ALL", "UNION", "SELECT",
        "WHERE", "HAVING"],
        StringComparer.OrdinalIgnoreCase);

    private static readonly HashSet<string> WordOperators = new(["LIKE", "ILIKE", "RLIKE", "REGEXP"], StringComparer.OrdinalIgnoreCase);

    private readonly string _text = text;
    private int _at;

    public List<MlflowToken> All()
    {
        var tokens = new List<MlflowToken>();
        while (true)
        {
            while (_at < _text.Length && char.IsWhiteSpace(_text[_at])) _at++;
            if (_at == _text.Length) return tokens;
            var start = _at;
            var kind = Next();
            var token = new MlflowToken(kind, _text[start.._at], start);
            if (kind is MlflowTokenKind.Operator && WordOperators.Contains(token.Text) && tokens is [.., var last] && last.IsKeyword("NOT"))
            {
                tokens.RemoveAt(tokens.Count - 1);
                token = new MlflowToken(kind, "NOT " + token.Text, last.Position);
            }

            tokens.Add(token);
        }
    }

    private MlflowTokenKind Next()
    {
        var first = _text[_at];
        if (first is '<' or '>' or '=' or '!' or '~') return Run("<>=!~", MlflowTokenKind.Operator);
        if (first is '\'') return Quoted('\'') ? MlflowTokenKind.Text : Single(MlflowTokenKind.Other);
        if (first is '(') return List();
        if (first is ';') return Single(MlflowTokenKind.Semicolon);
        if (StartsNumber()) return Number();
        if (first is '"' or '`' || IsWord(first)) return Name();
        return Single(MlflowTokenKind.Other);
    }

    private MlflowTokenKind Single(MlflowTokenKind kind)
    {
        _at++;
        return kind;
    }

    private MlflowTokenKind Run(string characters, MlflowTokenKind kind)
    {
        while (_at < _text.Length && characters.Contains(_text[_at])) _at++;
        return kind;
    }

    /// <summary>Passes a quoted part; false, and nothing passed, when its end is missing. A doubled quote is part of it.</summary>
    private bool Quoted(char quote)
    {
        for (var i = _at + 1; i < _text.Length; i++)
        {
            if (_text[i] == '\\' && quote != '`') i++;
            else if (_text[i] == quote)
            {
                if (i + 1 < _text.Length && _text[i + 1] == quote)
                {
                    i++;
                    continue;
                }

                _at = i + 1;
                return true;
            }
        }

        return false;
    }

    private MlflowTokenKind List()
    {
        var depth = 0;
        var start = _at;
        while (_at < _text.Length)
        {
            var character = _text[_at];
            if (character is '\'' or '"' && Quoted(character)) continue;
            _at++;
            if (character is '(') depth++;
            if (character is ')' && --depth == 0) return MlflowTokenKind.List;
        }

        _at = start + 1;
        return MlflowTokenKind.Other;
    }

    private readonly bool StartsNumber()
    {
        var i = _text[_at] is '-' or '+' ? _at + 1 : _at;
        if (i < _text.Length && _text[i] is '.') i++;
        return i < _text.Length && char.IsAsciiDigit(_text[i]);
    }

    private MlflowTokenKind Number()
    {
        if (_text[_at] is '-' or '+') _at++;
        while (_at < _text.Length && (char.IsAsciiDigit(_text[_at]) || _text[_at] is '.')) _at++;
        if (_at + 1 < _text.Length && _text[_at] is 'e' or 'E')
        {
            var exponent = _text[_at + 1] is '-' or '+' ? _at + 2 : _at + 1;
            if (exponent < _text.Length && char.IsAsciiDigit(_text[exponent]))
            {
                _at = exponent;
                while (_at < _text.Length && char.IsAsciiDigit(_text[_at])) _at++;
            }
        }

        if (_at == _text.Length || !IsWord(_text[_at])) return MlflowTokenKind.Number;
        while (_at < _text.Length && IsWord(_text[_at])) _at++;
        return MlflowTokenKind.Other;
    }

    private MlflowTokenKind Name()
    {
        var start = _at;
        if (!Part()) return Single(MlflowTokenKind.Other);
        while (_at + 1 < _text.Length && _text[_at] is '.')
        {
            var dot = _at++;
            if (Part()) continue;
            _at = dot;
            break;
        }

        var name = _text.AsSpan(start, _at - start);
        if (WordOperators.GetAlternateLookup<ReadOnlySpan<char>>().Contains(name)) return MlflowTokenKind.Operator;
        return Keywords.GetAlternateLookup<ReadOnlySpan<char>>().Contains(name) ? MlflowTokenKind.Keyword : MlflowTokenKind.Name;
    }

    private bool Part()
    {
        if (_text[_at] is '"' or '`' or '\'') return Quoted(_text[_at]);
        var start = _at;
        while (_at < _text.Length && IsWord(_text[_at])) _at++;
        return _at > start;
    }

    private static bool IsWord(char character) => char.IsLetterOrDigit(character) || character is '_' or '$' or '#' or '@';
}
