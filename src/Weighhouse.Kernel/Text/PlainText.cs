using System.Text;

namespace Weighhouse.Kernel;

/// <summary>What every stored text must be: no NUL (PostgreSQL cannot store it) and no half of a surrogate pair (it has no
/// UTF-8).</summary>
public static class PlainText
{
    /// <summary>Null when the text can be stored; otherwise the error to answer with.</summary>
    public static Error? Refuse(string? text, string field)
    {
        if (text is null) return null;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\0') return Error.Invalid($"'{field}' has a NUL at character {i + 1}. Remove it.", field);
            if (!char.IsSurrogate(text[i])) continue;
            if (Rune.TryGetRuneAt(text, i, out _)) i++;
            else return Error.Invalid($"'{field}' has half a surrogate pair at character {i + 1}. Remove it.", field);
        }

        return null;
    }

    /// <summary>The text cut to so many UTF-16 units, never through the middle of a character.</summary>
    public static string Cut(string text, int lengthMax)
    {
        if (text.Length <= lengthMax) return text;
        return text[..(char.IsHighSurrogate(text[lengthMax - 1]) ? lengthMax - 1 : lengthMax)];
    }
}
