namespace Weighhouse.Kernel;

/// <summary>
/// any := all (OR all)*; all := one (AND one)*; one := NOT one | ( any ) | clause;
/// clause := name operator value | name [NOT] IN ( values ) | name [NOT] LIKE|ILIKE|MATCHES text | name IS [NOT] NULL|NAN
/// </summary>
internal sealed class NativeFilterParser(string filter, FilterVocabulary vocabulary)
{
    private static readonly (string Symbol, FilterOperator Operator)[] Comparisons =
    [
        ("!=", FilterOperator.NotEqual), ("<>", FilterOperator.NotEqual), ("<=", FilterOperator.LessOrEqual), (">=",
        FilterOperator.GreaterOrEqual),
        ("==", FilterOperator.Equal), ("=", FilterOperator.Equal), ("<", FilterOperator.Less), (">", FilterOperator.Greater),
    ];

    private readonly NativeScanner _scanner = new(filter);
    private int _depth;
    private int _clauses;

    public Result<FilterNode> Parse()
    {
        if (_scanner.AtEnd) return FilterNode.Everything;
        if (!Any().TryGet(out var node, out var error)) return error;
        return _scanner.AtEnd ? node : Expected("AND, OR or the end");
    }

    private Result<FilterNode> Any()
    {
        var parts = new List<FilterNode>();
        do
        {
            if (!All().TryGet(out var part, out var error)) return error;
            if (part is FilterAny any) parts.AddRange(any.Parts);
            else parts.Add(part);
        }
        while (_scanner.Word("OR"));
        return parts.Count == 1 ? parts[0] : new FilterAny(parts);
    }

    private Result<FilterNode> All()
    {
        var parts = new List<FilterNode>();
        do
        {
            if (!One().TryGet(out var part, out var error)) return error;
            if (part is FilterAll all) parts.AddRange(all.Parts);
            else parts.Add(part);
        }
        while (_scanner.Word("AND"));
        return parts.Count == 1 ? parts[0] : new FilterAll(parts);
    }

    private Result<FilterNode> One()
    {
        if (_depth == FilterLimits.DepthMax)
            return At($"The filter nests more than {FilterLimits.DepthMax} parentheses and NOTs. Flatten it.");
        _depth++;
        var one = Deeper();
        _depth--;
        return one;
    }

    private Result<FilterNode> Deeper()
    {
        if (_scanner.Word("NOT")) return One().Map<FilterNode>(part => part is FilterNot not ? not.Part : new FilterNot(part));
        if (!_scanner.Symbol("(")) return Clause();
        if (!Any().TryGet(out var inside, out var error)) return error;
        return _scanner.Symbol(")") ? inside : Expected("')'");
    }

    private Result<FilterNode> Clause()
    {
        if (++_clauses > FilterLimits.ClausesMax) return FilterParser.TooManyClauses();
        if (_scanner.AtEnd) return Expected("a clause such as metrics.loss < 0.1");
        var start = _scanner.Position;
        if (!_scanner.Name(PartsOf, out var entity, out var key, out var part))
            return Expected("a name such as metrics.loss or params.\"batch size\"");
        if (!Field(entity, key, part).TryGet(out var field, out var error)) return FilterParser.At(error.Message, start);
        if (_scanner.Word("IS")) return Is(field, start);
        var negated = _scanner.Word("NOT");
        if (_scanner.Word("IN")) return List(field, negated ? FilterOperator.NotIn : FilterOperator.In, start);
        if (_scanner.Word("LIKE")) return TextOnly(field, negated ? FilterOperator.NotLike : FilterOperator.Like, start);
        if (_scanner.Word("ILIKE")) return TextOnly(field, negated ? FilterOperator.NotILike : FilterOperator.ILike, start);
        if (_scanner.Word("MATCHES")) return TextOnly(field, negated ? FilterOperator.NotMatches : FilterOperator.Matches, start);
        if (negated) return Expected("IN, LIKE, ILIKE or MATCHES after NOT");
        return Comparison(field, start);
    }

    private IReadOnlyList<string>? PartsOf(string entity) =>
        vocabulary.Entities.FirstOrDefault(candidate => candidate.Spellings.Contains(entity))?.Parts;

    private Result<FilterField> Field(string? entity, string key, string? part)
    {
        if (part is not null && PartsOf(entity!)?.Contains(part) is not true)
            return Error.Invalid($"'{part}' is no part of {entity}.{key}. Parts are {string.Join(", ", PartsOf(entity!) ?? [])}");
        return vocabulary.Resolve(entity, key, part, forOrder: false);
    }

    private Result<FilterNode> Is(FilterField field, int start)
    {
        var negated = _scanner.Word("NOT");
        if (_scanner.Word("NULL")) return new FilterClause(field, negated ? FilterOperator.IsNotNull : FilterOperator.IsNull, [], start);
        if (!_scanner.Word("NAN")) return Expected("NULL or NAN after IS");
        if (field.Type is FilterType.Text) return FilterParser.At($"{field} is text: IS NAN asks a number. Use IS NULL", start);
        return new FilterClause(field, negated ? FilterOperator.IsNotNan : FilterOperator.IsNan, [], start);
    }

    private Result<FilterNode> Comparison(FilterField field, int start)
    {
        foreach (var (symbol, operation) in Comparisons)
        {
            if (!_scanner.Symbol(symbol)) continue;
            if (field.Type is FilterType.Text && operation is not (FilterOperator.Equal or FilterOperator.NotEqual))
                return FilterParser.At($"{field} is text and has no '{symbol}'. Use =, !=, IN, LIKE, ILIKE or MATCHES", start);
            return Value(field).Map<FilterNode>(value => new FilterClause(field, operation, [value], start));
        }

        return Expected("an operator: = != < <= > >= IN LIKE ILIKE MATCHES IS");
    }

    private Result<FilterNode> List(FilterField field, FilterOperator operation, int start)
    {
        if (!_scanner.Symbol("(")) return Expected("'(' and a list of values");
        var values = new List<FilterLiteral>();
        do
        {
            if (!Value(field).TryGet(out var value, out var error)) return error;
            values.Add(value);
            if (values.Count > FilterLimits.ListMax) return FilterParser.ListTooLong();
        }
        while (_scanner.Symbol(","));
        return _scanner.Symbol(")") ? new FilterClause(field, operation, values, start) : Expected("',' or ')'");
    }

    private Result<FilterNode> TextOnly(FilterField field, FilterOperator operation, int start)
    {
        if (field.Type is FilterType.Number) return FilterParser.At($"{field} is a number. Use = != < <= > >= or IN", start);
        if (!_scanner.Text(out var pattern)) return Expected("a pattern in quotes");
        if (operation is FilterOperator.Matches or FilterOperator.NotMatches && FilterPattern.Refuse(pattern) is { } reason)
            return At(reason);
        return new FilterClause(field, operation, [FilterLiteral.OfText(pattern)], start);
    }

    private Result<FilterLiteral> Value(FilterField field)
    {
        if (field.Type is FilterType.Number)
            return _scanner.Number(out var number) ? number : Expected($"a number, for {field} is one").Error!;
        return _scanner.Text(out var text) ? FilterLiteral.OfText(text) : Expected($"a text in quotes, for {field} is text").Error!;
    }

    private Result<FilterNode> Expected(string what) => At($"Expected {what}, found {_scanner.Found}");

    private Error At(string message) => FilterParser.At(message, _scanner.Position);
}
