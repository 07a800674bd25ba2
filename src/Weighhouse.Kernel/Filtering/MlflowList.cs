namespace Weighhouse.Kernel;

/// <summary>('a', "b"): a list of quoted texts in parentheses.</summary>
internal static class MlflowList
{
    private const string IllFormed =
        "While parsing a list in the query, expected a non-empty list of string values, but got ill-formed list.";

    public static Result<IReadOnlyList<FilterLiteral>> Parse(string list)
    {
        var values = new List<FilterLiteral>();
        var at = 1;
        var end = list.Length - 1;
        while (true)
        {
            at = PastSpace(list, at, end);
            if (at == end) break;
            if (list[at] is not ('\'' or '"')) return Unquoted(list);
            var close = list.IndexOf(list[at], at + 1);
            if (close < 0 || close >= end) return Error.Invalid(IllFormed);
            values.Add(FilterLiteral.OfText(list[(at + 1)..close]));
            if (values.Count > FilterLimits.ListMax) return FilterParser.ListTooLong();
            at = PastSpace(list, close + 1, end);
            if (at == end) break;
            if (list[at] is not ',') return Error.Invalid(IllFormed);
            at++;
        }

        if (values.Count > 0) return values;
        return Error.Invalid("While parsing a list in the query, expected a non-empty list of string values, but got empty list");
    }

    private static int PastSpace(string list, int at, int end)
    {
        while (at < end && char.IsWhiteSpace(list[at])) at++;
        return at;
    }

    private static Error Unquoted(string list) => Error.Invalid(
        $"While parsing a list in the query, expected string value, punctuation, or whitespace, but got different type in list: {list}");
}
