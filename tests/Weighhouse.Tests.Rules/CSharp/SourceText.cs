namespace Weighhouse.Tests.Rules.CSharp;

/// <summary>Finds where comments and literals lie in C#, so that rules look at code and not at words about code.</summary>
internal static class SourceText
{
    /// <summary>The same text, same length and lines, with comments, directives and the insides of literals blanked out.</summary>
    public static string CodeOnly(string source)
    {
        var code = source.ToCharArray();
        var at = 0;
        while (at < source.Length)
        {
            var end = EndOfNonCode(source, at);
            if (end == at)
            {
                at++;
                continue;
            }

            for (; at < end; at++)
                if (code[at] != '\n') code[at] = ' ';
        }

        return new string(code);
    }

    /// <summary>The string literals, without their quotes' neighbours: position and text as written.</summary>
    public static IEnumerable<(int At, string Text)> Literals(string source)
    {
        var at = 0;
        while (at < source.Length)
        {
            var end = EndOfNonCode(source, at);
            if (end > at && source[at] is '"' or '$' or '@') yield return (at, source[at..end]);
            at = Math.Max(end, at + 1);
        }
    }

    public static int LineOf(string source, int at) => source.AsSpan(0, at).Count('\n') + 1;

    private static int EndOfNonCode(string source, int at)
    {
        var rest = source.AsSpan(at);
        if (rest.StartsWith("//")) return EndOfLine(source, at);
        if (rest.StartsWith("/*")) return EndAfter(source, "*/", at + 2);
        if (rest[0] == '#' && IsFirstOnLine(source, at)) return EndOfLine(source, at);
        if (rest[0] == '\'') return EndOfQuoted(source, at + 1, '\'');
        return EndOfString(source, at);
    }

    /// <summary>The end of the string that starts here, prefixes included; <paramref name="at"/> when none does.</summary>
    private static int EndOfString(string source, int at)
    {
        var quote = at;
        var isVerbatim = false;
        var isInterpolated = false;
        while (quote < source.Length && source[quote] is '$' or '@')
        {
            isVerbatim |= source[quote] == '@';
            isInterpolated |= source[quote] == '$';
            quote++;
        }

        if (quote >= source.Length || source[quote] != '"') return at;
        var quotes = 0;
        while (quote + quotes < source.Length && source[quote + quotes] == '"') quotes++;
        if (quotes >= 3) return EndAfter(source, new string('"', quotes), quote + quotes);
        if (isInterpolated) return EndOfInterpolated(source, quote + 1, isVerbatim);
        return isVerbatim ? EndOfVerbatim(source, quote + 1) : EndOfQuoted(source, quote + 1, '"');
    }

    private static int EndOfQuoted(string source, int at, char quote)
    {
        for (; at < source.Length && source[at] != '\n'; at++)
        {
            if (source[at] == '\\') at++;
            else if (source[at] == quote) return at + 1;
        }

        return at;
    }

    private static int EndOfVerbatim(string source, int at)
    {
        for (; at < source.Length; at++)
        {
            if (source[at] != '"') continue;
            if (at + 1 < source.Length && source[at + 1] == '"') at++;
            else return at + 1;
        }

        return at;
    }

    private static int EndOfInterpolated(string source, int at, bool isVerbatim)
    {
        for (; at < source.Length; at++)
        {
            var isDoubled = at + 1 < source.Length && source[at + 1] == source[at];
            if (source[at] == '\\' && !isVerbatim) at++;
            else if (source[at] is '{' or '"' && isDoubled && (source[at] == '{' || isVerbatim)) at++;
            else if (source[at] == '{') at = EndOfHole(source, at + 1) - 1;
            else if (source[at] == '"') return at + 1;
        }

        return at;
    }

    private static int EndOfHole(string source, int at)
    {
        var depth = 1;
        while (at < source.Length)
        {
            var end = EndOfNonCode(source, at);
            if (end > at)
            {
                at = end;
                continue;
            }

            if (source[at] == '{') depth++;
            if (source[at] == '}' && --depth == 0) return at + 1;
            at++;
        }

        return at;
    }

    private static int EndOfLine(string source, int at) => source.IndexOf('\n', at) is var end and >= 0 ? end : source.Length;

    private static int EndAfter(string source, string mark, int at) =>
        source.IndexOf(mark, at, StringComparison.Ordinal) is var end and >= 0 ? end + mark.Length : source.Length;

    private static bool IsFirstOnLine(string source, int at)
    {
        while (--at >= 0 && source[at] != '\n')
            if (!char.IsWhiteSpace(source[at])) return false;
        return true;
    }
}
