using System.Text;

namespace Weighhouse.Versioning.Spelling;

/// <summary>
/// Unicode's canonical decomposition (NFD): two texts are the same text for Unicode, for macOS and for people when theirs is equal.
/// The program runs without the system's tables of cultures, and <see cref="string.Normalize()"/> does nothing then.
/// </summary>
internal static class CanonicalForm
{
    // Hangul syllables are composed by arithmetic: chapter 3.12 of the Unicode standard.
    private const int SyllableFirst = 0xAC00;
    private const int SyllableCount = 11_172;
    private const int LeadFirst = 0x1100;
    private const int VowelFirst = 0x1161;
    private const int VowelLast = 0x1175;
    private const int VowelCount = 21;
    private const int TrailBefore = 0x11A7;
    private const int TrailLast = 0x11C2;
    private const int TrailCount = 28;

    /// <summary>The text decomposed; the same string where it is so already.</summary>
    public static string Of(string text)
    {
        if (Ascii.IsValid(text) || IsSettled(text)) return text;
        var runes = new List<Rune>(text.Length * 2);
        foreach (var character in text.EnumerateRunes())
        {
            var syllable = character.Value - SyllableFirst;
            if (syllable is >= 0 and < SyllableCount) AddSyllable(runes, syllable);
            else if (CanonicalTable.Instance.DecompositionOf(character) is { } parts) runes.AddRange(parts.EnumerateRunes());
            else runes.Add(character);
        }

        Order(runes);
        var decomposed = new StringBuilder(text.Length * 2);
        foreach (var character in runes) decomposed.Append(character.ToString());
        return decomposed.Equals(text) ? text : decomposed.ToString();
    }

    /// <summary>Whether the text has a character that may be spelled otherwise: is made of parts, or can be a part of one.</summary>
    public static bool TakesPart(string text) => !Ascii.IsValid(text) && !IsSettled(text);

    private static bool IsSettled(string text)
    {
        var table = CanonicalTable.Instance;
        foreach (var character in text.EnumerateRunes())
        {
            if (character.IsAscii) continue;
            if (character.Value - SyllableFirst is >= 0 and < SyllableCount) return false;
            if (character.Value is (>= VowelFirst and <= VowelLast) or (> TrailBefore and <= TrailLast)) return false;
            if (table.ClassOf(character) != 0 || table.Follows(character) || table.DecompositionOf(character) is not null) return false;
        }

        return true;
    }

    private static void AddSyllable(List<Rune> runes, int syllable)
    {
        runes.Add(new Rune(LeadFirst + (syllable / (VowelCount * TrailCount))));
        runes.Add(new Rune(VowelFirst + (syllable % (VowelCount * TrailCount) / TrailCount)));
        if (syllable % TrailCount is > 0 and var trail) runes.Add(new Rune(TrailBefore + trail));
    }

    /// <summary>Marks that follow a character are put in the order of their classes; marks of one class stay in theirs.</summary>
    private static void Order(List<Rune> runes)
    {
        var table = CanonicalTable.Instance;
        for (var i = 1; i < runes.Count; i++)
        {
            var (moved, number) = (runes[i], table.ClassOf(runes[i]));
            var at = i;
            for (; number != 0 && at > 0 && table.ClassOf(runes[at - 1]) > number; at--) runes[at] = runes[at - 1];
            runes[at] = moved;
        }
    }
}
