namespace Weighhouse.Tracking.Search;

/// <summary>LIKE in memory, for values that are numbers in the database and names to the caller.</summary>
internal static class LikePattern
{
    /// <summary>% stands for any characters, _ for one. Takes time in proportion to the product of the lengths at worst.</summary>
    public static bool Matches(ReadOnlySpan<char> text, ReadOnlySpan<char> pattern)
    {
        int t = 0, p = 0, star = -1, mark = 0;
        while (t < text.Length)
        {
            if (p < pattern.Length && pattern[p] is '%')
            {
                star = p++;
                mark = t;
            }
            else if (p < pattern.Length && (pattern[p] is '_' || pattern[p] == text[t]))
            {
                p++;
                t++;
            }
            else if (star >= 0)
            {
                p = star + 1;
                t = ++mark;
            }
            else
            {
                return false;
            }
        }

        return pattern[p..].TrimStart('%').IsEmpty;
    }
}
