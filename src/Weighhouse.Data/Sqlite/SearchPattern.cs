using System.Collections.Concurrent;
using System.Text.RegularExpressions;

namespace Weighhouse.Data;

/// <summary>A regular expression of a search, compiled once. The engine does not backtrack: time is linear in the text.</summary>
internal sealed class SearchPattern
{
    /// <summary>Longest pattern, in characters: an automaton of more than this may take megabytes.</summary>
    private const int PatternLengthMax = 1_000;

    /// <summary>Patterns remembered in the process; past this the memory starts afresh.</summary>
    private const int RememberedMax = 256;

    private static readonly ConcurrentDictionary<string, SearchPattern> Remembered = new(StringComparer.Ordinal);

    private readonly Regex? _regex;

    private SearchPattern(Regex? regex, string? problem)
    {
        _regex = regex;
        Problem = problem;
    }

    /// <summary>What is wrong with the pattern; null when nothing is.</summary>
    public string? Problem { get; }

    public static SearchPattern Of(string pattern)
    {
        if (Remembered.TryGetValue(pattern, out var known)) return known;
        var made = Make(pattern);
        if (Remembered.Count >= RememberedMax) Remembered.Clear();
        Remembered[pattern] = made;
        return made;
    }

    public bool Matches(ReadOnlySpan<char> value) => _regex!.IsMatch(value);

    private static SearchPattern Make(string pattern)
    {
        if (pattern.Length > PatternLengthMax)
            return new(null, $"The regular expression has {pattern.Length:N0} characters; the limit is {PatternLengthMax:N0}.");
        try
        {
            return new(new Regex(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant), null);
        }
        catch (ArgumentException exception)
        {
            return new(null, $"Invalid regular expression '{pattern}': {exception.Message}");
        }
        catch (NotSupportedException exception)
        {
            return new(null, $"The regular expression '{pattern}' is not supported: {exception.Message}");
        }
    }
}
