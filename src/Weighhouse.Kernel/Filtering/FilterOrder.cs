namespace Weighhouse.Kernel;

public sealed record FilterOrderTerm(FilterField Field, bool Ascending);

/// <summary>Reads orders such as "metrics.loss ASC" or "attributes.start_time DESC"; ascending when nothing is said.</summary>
public static class FilterOrder
{
    public static Result<IReadOnlyList<FilterOrderTerm>> Parse(
        IReadOnlyList<string> orders, FilterVocabulary vocabulary, FilterDialect dialect)
    {
        if (orders.Count > FilterLimits.OrderTermsMax)
            return Error.Invalid($"order_by has {orders.Count} terms; at most {FilterLimits.OrderTermsMax} are allowed.", "order_by");
        var terms = new List<FilterOrderTerm>(orders.Count);
        foreach (var order in orders)
        {
            if (FilterParser.Unfit(order) is { } unfit) return unfit with { Field = "order_by" };
            var parsed = dialect is FilterDialect.Mlflow ? Mlflow(order, vocabulary) : Native(order, vocabulary);
            if (!parsed.TryGet(out var term, out var error)) return error with { Field = "order_by" };
            if (terms.Exists(earlier => earlier.Field == term.Field))
                return Error.Invalid(
                    $"`order_by` contains duplicate fields: [{string.Join(", ", orders.Select(text => $"'{text}'"))}]", "order_by");
            terms.Add(term);
        }

        return terms;
    }

    private static Result<FilterOrderTerm> Mlflow(string order, FilterVocabulary vocabulary)
    {
        // MLflow refuses a space at the end and allows one at the beginning.
        if (order.Length == 0 || char.IsWhiteSpace(order[^1])) return Unparsed(order);
        var tokens = new MlflowLexer(order).All();
        if (tokens is not [{ Kind: MlflowTokenKind.Name }] and not [{ Kind: MlflowTokenKind.Name }, { Kind: MlflowTokenKind.Name }])
            return Unparsed(order);
        var ascending = true;
        if (tokens.Count == 2 && !Direction(tokens[1].Text, out ascending))
            return Error.Invalid($"Invalid ordering key in order_by clause '{order}'.");
        return Term(MlflowNames.Resolve(tokens[0].Text, vocabulary, forOrder: true), ascending, vocabulary);
    }

    private static Result<FilterOrderTerm> Native(string order, FilterVocabulary vocabulary)
    {
        var scanner = new NativeScanner(order);
        if (!scanner.Name(name => PartsOf(vocabulary, name), out var entity, out var key, out var part)) return Unparsed(order);
        if (part is not null && PartsOf(vocabulary, entity!)?.Contains(part) is not true) return Unparsed(order);
        var ascending = !scanner.Word("DESC");
        if (ascending) scanner.Word("ASC");
        return scanner.AtEnd ? Term(vocabulary.Resolve(entity, key, part, forOrder: true), ascending, vocabulary) : Unparsed(order);
    }

    private static Result<FilterOrderTerm> Term(Result<FilterField> resolved, bool ascending, FilterVocabulary vocabulary)
    {
        if (!resolved.TryGet(out var field, out var error)) return error;
        return vocabulary.EntityOf(field).OrderBy
            ? new FilterOrderTerm(field, ascending)
            : Error.Invalid($"Invalid order_by entity: {field.Entity}");
    }

    private static IReadOnlyList<string>? PartsOf(FilterVocabulary vocabulary, string entity) =>
        vocabulary.Entities.FirstOrDefault(candidate => candidate.Spellings.Contains(entity))?.Parts;

    private static bool Direction(string word, out bool ascending)
    {
        ascending = word.Equals("ASC", StringComparison.OrdinalIgnoreCase);
        return ascending || word.Equals("DESC", StringComparison.OrdinalIgnoreCase);
    }

    private static Error Unparsed(string order) => Error.Invalid($"Invalid order_by clause '{order}'. Could not be parsed.");
}
