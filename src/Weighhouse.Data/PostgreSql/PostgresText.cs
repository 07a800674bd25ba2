using System.Text;
using Weighhouse.Kernel;

namespace Weighhouse.Data;

/// <summary>
/// A statement with its @name parameters numbered $1, $2, … as the server wants them, so that Npgsql has nothing to rewrite
/// at each use.
/// </summary>
internal sealed record PostgresText(string Sql, string[] Names)
{
    public static PostgresText Parse(SqlText text)
    {
        var source = text.For(DatabaseEngine.PostgreSql);
        var sql = new StringBuilder(source.Length);
        var names = new List<string>();
        var at = 0;
        while (at < source.Length)
        {
            var end = EndOfOpaque(source, at);
            if (end > at)
            {
                sql.Append(source, at, end - at);
                at = end;
                continue;
            }

            if (IsParameter(source, at))
            {
                end = at + 1;
                while (end < source.Length && IsName(source[end])) end++;
                sql.Append('$').Append(NumberOf(names, source[(at + 1)..end]));
                at = end;
                continue;
            }

            sql.Append(source[at++]);
        }

        return new PostgresText(sql.ToString().Trim().TrimEnd(';'), [.. names]);
    }

    public int IndexOf(SqlText text, string name)
    {
        var index = Array.IndexOf(Names, name);
        if (index >= 0) return index;
        throw new InvariantException(
            $"{text.Name} has no parameter '{name}'; it has: {string.Join(", ", Names)}. Names are bound without the @.");
    }

    private static int NumberOf(List<string> names, string name)
    {
        var index = names.IndexOf(name);
        if (index >= 0) return index + 1;
        names.Add(name);
        return names.Count;
    }

    private static bool IsParameter(string source, int at) =>
        source[at] == '@' && at + 1 < source.Length && (char.IsAsciiLetter(source[at + 1]) || source[at + 1] == '_')
            && (at == 0 || source[at - 1] != '@');

    private static bool IsName(char character) => char.IsAsciiLetterOrDigit(character) || character == '_';

    /// <summary>The end of the literal, quoted name or comment that begins here; <paramref name="at"/> when none does.</summary>
    private static int EndOfOpaque(string source, int at) => source[at] switch
    {
        '\'' or '"' => EndAfter(source, at + 1, source[at].ToString()),
        '-' when Begins(source, at, "--") => EndAfter(source, at, "\n"),
        '/' when Begins(source, at, "/*") => EndAfter(source, at + 2, "*/"),
        '$' when DollarTag(source, at) is { } tag => EndAfter(source, at + tag.Length, tag),
        _ => at,
    };

    private static bool Begins(string source, int at, string what) => string.CompareOrdinal(source, at, what, 0, what.Length) == 0;

    /// <summary>A doubled quote inside a literal ends it and begins the next: the text between is opaque all the same.</summary>
    private static int EndAfter(string source, int from, string terminator)
    {
        var end = source.IndexOf(terminator, from, StringComparison.Ordinal);
        return end < 0 ? source.Length : end + terminator.Length;
    }

    private static string? DollarTag(string source, int at)
    {
        var end = at + 1;
        while (end < source.Length && IsName(source[end])) end++;
        return end < source.Length && source[end] == '$' ? source[at..(end + 1)] : null;
    }
}
