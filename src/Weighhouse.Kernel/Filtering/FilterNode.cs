namespace Weighhouse.Kernel;

public enum FilterOperator
{
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    /// <summary>Case matters; % is any run of characters, _ any one.</summary>
    Like,
    NotLike,
    /// <summary>As <see cref="Like"/>, but case does not matter.</summary>
    ILike,
    NotILike,
    In,
    NotIn,
    /// <summary>A regular expression found anywhere in the value.</summary>
    Matches,
    NotMatches,
    /// <summary>The object lacks the field.</summary>
    IsNull,
    IsNotNull,
    /// <summary>The field is there and is not a number.</summary>
    IsNan,
    IsNotNan,
}

/// <summary>
/// A filter, parsed and checked against a vocabulary. A clause on a field the object lacks is false whatever its operator (but
/// <see cref="FilterOperator.IsNull"/>); only <see cref="FilterNot"/> turns that into true.
/// </summary>
public abstract record FilterNode
{
    /// <summary>Lets everything pass.</summary>
    public static readonly FilterNode Everything = new FilterAll([]);
}

/// <summary>True when all parts are; an empty one is true.</summary>
public sealed record FilterAll(IReadOnlyList<FilterNode> Parts) : FilterNode;

/// <summary>True when any part is. Has at least two parts.</summary>
public sealed record FilterAny(IReadOnlyList<FilterNode> Parts) : FilterNode;

public sealed record FilterNot(FilterNode Part) : FilterNode;

/// <param name="Values">One for a comparison, one or more for a list, none for IS NULL and IS NAN.</param>
/// <param name="Position">Where the clause begins in the filter, counted from 0.</param>
public sealed record FilterClause(
    FilterField Field, FilterOperator Operator, IReadOnlyList<FilterLiteral> Values, int Position) : FilterNode;

/// <summary>A text without its quotes, or a number as written and as parsed.</summary>
public readonly record struct FilterLiteral(string Text, double Number)
{
    public static FilterLiteral OfText(string text) => new(text, double.NaN);
}
