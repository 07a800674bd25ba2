using System.Globalization;
using Weighhouse.Kernel;

namespace Weighhouse.Tests.Kernel.Filtering;

internal static class FilterTexts
{
    /// <summary>A filter's meaning in one line: & for AND, | between values and for OR, ! for NOT.</summary>
    public static string Describe(FilterNode node) => node switch
    {
        FilterAll all => string.Join(" & ", all.Parts.Select(part => part is FilterAny ? $"({Describe(part)})" : Describe(part))),
        FilterAny any => string.Join(" | ", any.Parts.Select(part => part is FilterAll ? $"({Describe(part)})" : Describe(part))),
        FilterNot not => not.Part is FilterClause ? $"!{Describe(not.Part)}" : $"!({Describe(not.Part)})",
        FilterClause clause =>
            $"{clause.Field} {clause.Operator} {string.Join('|', clause.Values.Select(value => Describe(clause, value)))}".TrimEnd(),
        _ => throw new InvalidOperationException(node.GetType().Name),
    };

    private static string Describe(FilterClause clause, FilterLiteral value) =>
        clause.Field.Type is FilterType.Number ? value.Number.ToString(CultureInfo.InvariantCulture) : value.Text;
}
