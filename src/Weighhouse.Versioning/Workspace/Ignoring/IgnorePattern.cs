namespace Weighhouse.Versioning.Workspace.Ignoring;

/// <summary>One line of a <c>.weighignore</c>, with the meaning it has in a <c>.gitignore</c>.</summary>
internal sealed class IgnorePattern
{
    private readonly string[] _parts;
    private readonly bool _isAnchored;
    private readonly bool _foldersOnly;

    private IgnorePattern(string[] parts, bool isAnchored, bool foldersOnly, bool isNegated)
    {
        _parts = parts;
        _isAnchored = isAnchored;
        _foldersOnly = foldersOnly;
        IsNegated = isNegated;
    }

    /// <summary>Whether it takes back what an earlier pattern ignored.</summary>
    public bool IsNegated { get; }

    /// <summary>Null for an empty line or a comment.</summary>
    public static IgnorePattern? Parse(string line)
    {
        var text = TrimEnd(line);
        if (text.Length == 0 || text[0] == '#') return null;
        var negated = text[0] == '!';
        if (negated) text = text[1..];
        if (text.StartsWith("\\#", StringComparison.Ordinal) || text.StartsWith("\\!", StringComparison.Ordinal)) text = text[1..];
        var foldersOnly = text.EndsWith('/');
        if (foldersOnly) text = text[..^1];
        var anchored = text.Contains('/');
        if (text.StartsWith('/')) text = text[1..];
        return text.Length == 0 ? null : new IgnorePattern(text.Split('/'), anchored, foldersOnly, negated);
    }

    /// <param name="path">From the folder of the file the pattern stands in.</param>
    public bool Matches(ReadOnlySpan<char> path, bool isFolder)
    {
        if (_foldersOnly && !isFolder) return false;
        return _isAnchored ? MatchesFrom(0, path) : Glob.Matches(_parts[0], path[(path.LastIndexOf('/') + 1)..]);
    }

    private bool MatchesFrom(int part, ReadOnlySpan<char> path)
    {
        while (part < _parts.Length)
        {
            if (_parts[part] == "**")
            {
                // At the end it stands for everything below, which is at least one name.
                if (part == _parts.Length - 1) return path.Length > 0;
                for (var rest = path; ; rest = rest[(rest.IndexOf('/') + 1)..])
                {
                    if (MatchesFrom(part + 1, rest)) return true;
                    if (rest.IndexOf('/') < 0) return false;
                }
            }

            var end = path.IndexOf('/');
            if (path.Length == 0 || !Glob.Matches(_parts[part], end < 0 ? path : path[..end])) return false;
            path = end < 0 ? [] : path[(end + 1)..];
            part++;
        }

        return path.Length == 0;
    }

    /// <summary>Blanks at the end do not count, unless a backslash keeps them.</summary>
    private static string TrimEnd(string line)
    {
        var end = line.EndsWith('\r') ? line.Length - 1 : line.Length;
        while (end > 0 && line[end - 1] == ' ' && !(end > 1 && line[end - 2] == '\\')) end--;
        return line[..end];
    }
}
