using System.Globalization;

namespace Weighhouse.Kernel;

/// <summary>Clauses joined by AND, with the messages MLflow's clients and their tests expect.</summary>
internal sealed class MlflowFilterParser(string filter, FilterVocabulary vocabulary)
{
    private const int InvalidShownMax = 8;

    private static readonly string[] NumberOperators = ["=", "!=", ">", ">=", "<", "<="];
    private static readonly string[] TextOperators = ["=", "!=", "LIKE", "ILIKE"];
    private static readonly string[] TextListOperators = ["=", "!=", "LIKE", "ILIKE", "IN", "NOT IN"];

    public Result<FilterNode> Parse()
    {
        var tokens = new MlflowLexer(filter).All();
        if (tokens.FindIndex(token => token.Kind is MlflowTokenKind.Semicolon) is >= 0 and var semicolon && semicolon < tokens.Count - 1)
            return Error.Invalid($"Search filter contained multiple expression '{filter}'. Provide AND-ed expression list.", "filter");

        var comparisons = new List<(MlflowToken Left, string Operator, MlflowToken Right)>();
        var invalid = new List<MlflowToken>();
        for (var i = 0; i < tokens.Count;)
        {
            var length = Comparison(tokens, i, out var comparison);
            if (length > 0) comparisons.Add(comparison);
            else if (!tokens[i].IsKeyword("AND")) invalid.Add(tokens[i]);
            i += Math.Max(1, length);
        }

        if (invalid.Count > 0) return InvalidClauses(invalid);
        if (comparisons.Count > FilterLimits.ClausesMax) return FilterParser.TooManyClauses();
        // MLflow reads every name and value before it looks at the first operator: of two mistakes the same one is reported.
        var operands = new List<(FilterField Field, IReadOnlyList<FilterLiteral> Values)>(comparisons.Count);
        foreach (var (left, _, right) in comparisons)
        {
            if (!Operands(left, right).TryGet(out var operand, out var error)) return error;
            operands.Add(operand);
        }

        var clauses = new List<FilterNode>(comparisons.Count);
        for (var i = 0; i < operands.Count; i++)
        {
            var (left, operation, right) = comparisons[i];
            if (Refused(operands[i].Field, operation, right.Kind is MlflowTokenKind.List, left.Position) is { } refusal) return refusal;
            clauses.Add(new FilterClause(operands[i].Field, OperatorOf(operation), operands[i].Values, left.Position));
        }

        return clauses.Count == 1 ? clauses[0] : new FilterAll(clauses);
    }

    /// <summary>How many tokens from i on are a comparison; 0 when they are none.</summary>
    private static int Comparison(List<MlflowToken> tokens, int i, out (MlflowToken Left, string Operator, MlflowToken Right) comparison)
    {
        comparison = default;
        if (i + 2 >= tokens.Count || !IsOperand(tokens[i])) return 0;
        if (tokens[i + 1].Kind is MlflowTokenKind.Operator && IsOperand(tokens[i + 2]))
        {
            comparison = (tokens[i], tokens[i + 1].Text.ToUpperInvariant(), tokens[i + 2]);
            return 3;
        }

        if (tokens[i].Kind is not MlflowTokenKind.Name) return 0;
        if (tokens[i + 1].IsKeyword("IN") && tokens[i + 2].Kind is MlflowTokenKind.List)
        {
            comparison = (tokens[i], "IN", tokens[i + 2]);
            return 3;
        }

        if (i + 3 < tokens.Count && tokens[i + 1].IsKeyword("NOT") && tokens[i + 2].IsKeyword("IN")
            && tokens[i + 3].Kind is MlflowTokenKind.List)
        {
            comparison = (tokens[i], "NOT IN", tokens[i + 3]);
            return 4;
        }

        return 0;
    }

    private static bool IsOperand(MlflowToken token) =>
        token.Kind is MlflowTokenKind.Name or MlflowTokenKind.Number or MlflowTokenKind.Text or MlflowTokenKind.List
            || token.IsKeyword("NULL");

    private static Error InvalidClauses(List<MlflowToken> invalid)
    {
        var shown = string.Join(", ", invalid.Take(InvalidShownMax).Select(token => $"'{token.Text}'"));
        return FilterParser.At(
            $"Invalid clause(s) in filter string: {shown}. Write KEY OPERATOR VALUE, quote texts, and join clauses with AND",
            invalid[0].Position);
    }

    private Result<(FilterField Field, IReadOnlyList<FilterLiteral> Values)> Operands(MlflowToken left, MlflowToken right)
    {
        if (left.Kind is not MlflowTokenKind.Name)
            return FilterParser.At($"Invalid comparison clause. Expected 'Identifier' found '{left.Text}'", left.Position);
        if (!MlflowNames.Resolve(left.Text, vocabulary, forOrder: false).TryGet(out var field, out var error))
            return FilterParser.At(error.Message, left.Position);
        var values = field.Type is FilterType.Number ? NumberOf(field, right) : TextsOf(field, right);
        if (!values.TryGet(out var literals, out error)) return FilterParser.At(error.Message, right.Position);
        return (field, literals);
    }

    private Error? Refused(FilterField field, string operation, bool isList, int position)
    {
        var allowed = field.Type is FilterType.Number ? NumberOperators
            : vocabulary.AllowsMlflowList(field) ? TextListOperators
            : TextOperators;
        if (allowed.Contains(operation) && isList == (operation is "IN" or "NOT IN")) return null;
        var names = $"{{{string.Join(", ", allowed.Select(name => $"'{name}'"))}}}";
        return FilterParser.At(vocabulary.BadOperator(field, operation, names), position);
    }

    private static Result<IReadOnlyList<FilterLiteral>> NumberOf(FilterField field, MlflowToken token)
    {
        if (token.Kind is MlflowTokenKind.Number
            && double.TryParse(token.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
            return new[] { new FilterLiteral(token.Text, number) };
        return Error.Invalid(field.Entity is "metric"
            ? $"Expected numeric value type for metric. Found {token.Text}"
            : $"Expected numeric value type for numeric attribute: {field.Key}. Found {token.Text}");
    }

    private Result<IReadOnlyList<FilterLiteral>> TextsOf(FilterField field, MlflowToken token)
    {
        switch (token.Kind)
        {
            case MlflowTokenKind.List when vocabulary.AllowsMlflowList(field):
                return MlflowList.Parse(token.Text);
            case MlflowTokenKind.List when vocabulary.EntityOf(field).Attributes is not null:
                return Error.Invalid(vocabulary.NoList);
            case MlflowTokenKind.Text:
            case MlflowTokenKind.Name when token.Text.StartsWith('"') && token.Text.EndsWith('"') && token.Text.Length >= 2:
                return new[] { FilterLiteral.OfText(token.Text[1..^1]) };
            case MlflowTokenKind.Name:
                return Error.Invalid(
                    $"Parameter value is either not quoted or unidentified quote types used for string value {token.Text}. Use either "
                    + "single or double quotes.");
            default:
                return Error.Invalid(vocabulary.EntityOf(field).Attributes is null
                    ? $"Expected a quoted string value for {field.Entity} (e.g. 'my-value'). Got value {token.Text}"
                    : $"Expected a quoted string value for {field.Entity}s. Got value {token.Text}");
        }
    }

    private static FilterOperator OperatorOf(string operation) => operation switch
    {
        "=" => FilterOperator.Equal,
        "!=" => FilterOperator.NotEqual,
        "<" => FilterOperator.Less,
        "<=" => FilterOperator.LessOrEqual,
        ">" => FilterOperator.Greater,
        ">=" => FilterOperator.GreaterOrEqual,
        "LIKE" => FilterOperator.Like,
        "ILIKE" => FilterOperator.ILike,
        "IN" => FilterOperator.In,
        "NOT IN" => FilterOperator.NotIn,
        _ => Invariant.Unreachable<FilterOperator>(operation),
    };
}
