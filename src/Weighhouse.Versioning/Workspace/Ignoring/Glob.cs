namespace Weighhouse.Versioning.Workspace.Ignoring;

/// <summary>A shell's pattern against one name: <c>*</c>, <c>?</c>, <c>[a-z]</c>, <c>[!a]</c>, <c>[[:digit:]]</c>, backslash.</summary>
internal static class Glob
{
    /// <summary>Backtracks to the last star only, so the cost is at most the product of the lengths.</summary>
    public static bool Matches(ReadOnlySpan<char> pattern, ReadOnlySpan<char> name)
    {
        int at = 0, from = 0, star = -1, starFrom = 0;
        while (from < name.Length)
        {
            if (at < pattern.Length && pattern[at] == '*')
            {
                star = at++;
                starFrom = from;
            }
            else if (at < pattern.Length && One(pattern[at..], name[from..], out var used, out var width))
            {
                at += used;
                from += width;
            }
            else if (star >= 0)
            {
                at = star + 1;
                from = ++starFrom;
            }
            else
            {
                return false;
            }
        }

        while (at < pattern.Length && pattern[at] == '*') at++;
        return at == pattern.Length;
    }

    /// <summary>One element of the pattern against one character of the name, a pair of surrogates being one.</summary>
    private static bool One(ReadOnlySpan<char> pattern, ReadOnlySpan<char> name, out int used, out int width)
    {
        used = 1;
        width = name.Length > 1 && char.IsSurrogatePair(name[0], name[1]) ? 2 : 1;
        switch (pattern[0])
        {
            case '?':
                return true;
            case '[' when Class(pattern, name[0], out used, out var isIn):
                return isIn;
            case '\\' when pattern.Length > 1:
                used = 2;
                width = 1;
                return pattern[1] == name[0];
            default:
                used = 1;
                width = 1;
                return pattern[0] == name[0];
        }
    }

    /// <summary>False when the bracket is not closed: then it stands for itself.</summary>
    private static bool Class(ReadOnlySpan<char> pattern, char character, out int used, out bool isIn)
    {
        isIn = false;
        used = 0;
        var at = 1;
        var negated = pattern.Length > 1 && pattern[1] is '!' or '^';
        if (negated) at++;
        for (var first = at; at < pattern.Length; first = -1)
        {
            if (pattern[at] == ']' && at != first)
            {
                isIn ^= negated;
                used = at + 1;
                return true;
            }

            if (Named(pattern[at..], character, out var length, out var holds))
            {
                at += length;
                isIn |= holds;
                continue;
            }

            var low = Next(pattern, ref at);
            var high = low;
            if (at + 1 < pattern.Length && pattern[at] == '-' && pattern[at + 1] != ']')
            {
                at++;
                high = Next(pattern, ref at);
            }

            isIn |= character >= low && character <= high;
        }

        return false;
    }

    private static char Next(ReadOnlySpan<char> pattern, ref int at)
    {
        if (pattern[at] == '\\' && at + 1 < pattern.Length) at++;
        return pattern[at++];
    }

    private static bool Named(ReadOnlySpan<char> pattern, char character, out int length, out bool holds)
    {
        (length, holds) = (0, false);
        if (!pattern.StartsWith("[:")) return false;
        var end = pattern.IndexOf(":]");
        if (end < 0) return false;
        length = end + 2;
        holds = pattern[2..end] switch
        {
            "alnum" => char.IsAsciiLetterOrDigit(character),
            "alpha" => char.IsAsciiLetter(character),
            "blank" => character is ' ' or '\t',
            "cntrl" => char.IsControl(character),
            "digit" => char.IsAsciiDigit(character),
            "graph" => character is > ' ' and < '\u007f',
            "lower" => char.IsAsciiLetterLower(character),
            "print" => character is >= ' ' and < '\u007f',
            "punct" => char.IsAscii(character) && (char.IsPunctuation(character) || char.IsSymbol(character)),
            "space" => char.IsWhiteSpace(character),
            "upper" => char.IsAsciiLetterUpper(character),
            "xdigit" => char.IsAsciiHexDigit(character),
            _ => false,
        };
        return true;
    }
}
