using Weighhouse.Kernel;

namespace Weighhouse.Wire.Grpc.Schema;

/// <summary>The words of a .proto file: names with their dots, numbers, texts and signs, without comments.</summary>
internal sealed class ProtoTokens(string file, string text)
{
    private int _position;

    public bool AtEnd
    {
        get
        {
            PassSpace();
            return _position == text.Length;
        }
    }

    public string Next()
    {
        Invariant.That(!AtEnd, $"{file} ends too early");
        var start = _position;
        if (text[start] is '"')
        {
            _position = text.IndexOf('"', start + 1) + 1;
            Invariant.That(_position > 0, $"{file}: a text does not end");
            return text[(start + 1)..(_position - 1)];
        }

        while (_position < text.Length && (char.IsAsciiLetterOrDigit(text[_position]) || text[_position] is '_' or '.' or '-')) _position++;
        if (_position == start) _position++;
        return text[start.._position];
    }

    public bool Take(string word)
    {
        PassSpace();
        var start = _position;
        if (Next() == word) return true;
        _position = start;
        return false;
    }

    public void Expect(string word)
    {
        var found = Next();
        Invariant.That(found == word, $"{file} has '{found}' where '{word}' belongs");
    }

    /// <summary>The number after an equals sign.</summary>
    public int Number()
    {
        Expect("=");
        return int.Parse(Next());
    }

    private void PassSpace()
    {
        while (_position < text.Length)
        {
            if (char.IsWhiteSpace(text[_position])) _position++;
            else if (text.AsSpan(_position).StartsWith("//"))
                _position = text.IndexOf('\n', _position) is var end and >= 0 ? end : text.Length;
            else return;
        }
    }
}
