using System.Text.RegularExpressions;

namespace Weighhouse.Kernel;

/// <summary>The regular expressions of MATCHES.</summary>
public static class FilterPattern
{
    /// <summary>Copies of a part that counted repetitions may make in all: each copy is memory before a character is read.</summary>
    public const int CopiesMax = 10_000;

    /// <summary>Never back-tracks, so that a pattern of a stranger costs time in proportion to the text and no more.</summary>
    public static Regex Compile(string pattern) => new(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);

    /// <summary>Why the pattern cannot be used; null when it can.</summary>
    public static string? Refuse(string pattern)
    {
        if (pattern.Length > FilterLimits.PatternMaxCharacters)
            return $"The pattern has {pattern.Length} characters; at most {FilterLimits.PatternMaxCharacters} are allowed.";
        if (Copies(pattern) > CopiesMax)
            return $"The counted repetitions of the pattern multiply to more than {CopiesMax} copies. Use * or + instead.";
        try
        {
            _ = Compile(pattern);
            return null;
        }
        catch (Exception exception) when (exception is ArgumentException or NotSupportedException)
        {
            return $"The pattern is no regular expression without back-references and look-around: {exception.Message}";
        }
    }

    /// <summary>An upper bound: every {n} and {n,m} as if it stood inside the one before.</summary>
    private static long Copies(string pattern)
    {
        long copies = 1;
        for (var i = 0; i < pattern.Length; i++)
        {
            if (pattern[i] is not '{') continue;
            long count = 0, most = 1;
            for (i++; i < pattern.Length && (char.IsAsciiDigit(pattern[i]) || pattern[i] is ','); i++)
            {
                count = pattern[i] is ',' ? 0 : Math.Min(count * 10 + pattern[i] - '0', CopiesMax + 1);
                most = Math.Max(most, count);
            }

            copies = Math.Min(copies * most, CopiesMax + 1);
        }

        return copies;
    }
}
