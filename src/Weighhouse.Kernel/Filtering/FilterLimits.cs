namespace Weighhouse.Kernel;

/// <summary>What a filter may cost before it has run.</summary>
public static class FilterLimits
{
    /// <summary>Characters: room for a list of 1,000 run ids, and no more than one pass over it costs.</summary>
    public const int LengthMaxCharacters = 65_536;

    /// <summary>Parentheses and NOTs inside each other: the parser and the compiler recurse this deep and no deeper.</summary>
    public const int DepthMax = 64;

    /// <summary>Clauses: each is a subquery, and SQLite joins expressions at most 1,000 deep.</summary>
    public const int ClausesMax = 200;

    public const int ListMax = 1_000;

    /// <summary>Characters of a regular expression.</summary>
    public const int PatternMaxCharacters = 1_000;

    /// <summary>Terms of an order, each a lookup for every candidate.</summary>
    public const int OrderTermsMax = 16;
}
