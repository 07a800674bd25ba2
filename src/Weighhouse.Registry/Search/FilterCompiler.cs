using System.Text;
using Weighhouse.Data;
using Weighhouse.Kernel;

namespace Weighhouse.Registry.Search;

/// <summary>
/// Turns a parsed filter into SQL. Nothing the caller wrote is part of the text: values and keys travel as parameters, so that searches of
/// one shape share one statement.
/// </summary>
internal sealed class FilterCompiler(SearchTable table)
{
    /// <summary>
    /// MLflow marks prompts, which it keeps as models, with this tag; models lack it and must still be found by "is no prompt".
    /// </summary>
    private const string PromptKey = "mlflow.prompt.is_prompt";

    private readonly StringBuilder _sqlite = new();
    private readonly StringBuilder _postgres = new();
    private readonly List<(string Name, string? Text, double? Number)> _values = [];

    public SqlText Statement(string name) => new(name, _sqlite.ToString(), _postgres.ToString());

    public string Shape => _sqlite.ToString();

    public void Append(string sql)
    {
        _sqlite.Append(sql);
        _postgres.Append(sql);
    }

    /// <summary>A parameter with the text as its value.</summary>
    public void AppendText(string text)
    {
        _values.Add(($"p{_values.Count}", text, null));
        Append($"@p{_values.Count - 1}");
    }

    public void AppendNumber(double number)
    {
        _values.Add(($"p{_values.Count}", null, number));
        Append($"@p{_values.Count - 1}");
    }

    public DbStatement Bind(DbStatement statement)
    {
        foreach (var (name, text, number) in _values)
        {
            if (text is not null) statement.Bind(name, text);
            else if (number is { } whole && whole == Math.Floor(whole) && Math.Abs(whole) < 1L << 53) statement.Bind(name, (long)whole);
            else statement.Bind(name, number);
        }

        return statement;
    }

    public void Append(FilterNode node)
    {
        switch (node)
        {
            case FilterAll { Parts.Count: 0 }:
                Append("1 = 1");
                break;
            case FilterAll all:
                AppendAll(all.Parts, " AND ");
                break;
            case FilterAny any:
                AppendAll(any.Parts, " OR ");
                break;
            case FilterNot not:
                Append("NOT (");
                Append(not.Part);
                Append(")");
                break;
            case FilterClause { Field.Entity: RegistryVocabularies.Tag } clause:
                AppendTag(clause);
                break;
            case FilterClause clause:
                AppendAttribute(clause);
                break;
            default:
                Invariant.Unreachable<object>(node);
                break;
        }
    }

    private void AppendAll(IReadOnlyList<FilterNode> parts, string between)
    {
        Append("(");
        for (var i = 0; i < parts.Count; i++)
        {
            if (i > 0) Append(between);
            Append(parts[i]);
        }

        Append(")");
    }

    private void AppendTag(FilterClause clause)
    {
        var isPrompt = clause.Field.Key is PromptKey && clause is { Operator: FilterOperator.Equal or FilterOperator.NotEqual };
        // "is prompt = false" and "is prompt != true" hold for what lacks the tag.
        var negated = isPrompt
            && (clause.Operator is FilterOperator.NotEqual) == clause.Values[0].Text.Equals("true", StringComparison.OrdinalIgnoreCase);
        if (clause.Operator is FilterOperator.IsNull || negated) Append("NOT ");
        Append($"EXISTS (SELECT 1 FROM {table.TagTable} t WHERE t.{table.TagOwner} = {table.Owner} AND t.key = ");
        AppendText(clause.Field.Key);
        if (isPrompt)
        {
            Append(" AND t.value = ");
            AppendText("true");
        }
        else if (clause.Operator is not (FilterOperator.IsNull or FilterOperator.IsNotNull))
        {
            Append(" AND ");
            AppendComparison("t.value", clause);
        }

        Append(")");
    }

    private void AppendAttribute(FilterClause clause)
    {
        var column = table.Columns[clause.Field.Key];
        if (clause.Operator is FilterOperator.IsNull) Append($"{column} IS NULL");
        else if (clause.Operator is FilterOperator.IsNotNull) Append($"{column} IS NOT NULL");
        else if (clause.Operator is FilterOperator.IsNan) Append("1 = 0");
        else
        {
            // NULL is neither true nor false; a clause on what is not there must be false, so that NOT turns it into true.
            Append($"({column} IS NOT NULL AND ");
            if (clause.Operator is FilterOperator.IsNotNan) Append("1 = 1");
            else AppendComparison(column, clause);
            Append(")");
        }
    }

    private void AppendComparison(string column, FilterClause clause)
    {
        switch (clause.Operator)
        {
            case FilterOperator.In or FilterOperator.NotIn:
                AppendList(column, clause);
                break;
            case FilterOperator.Like or FilterOperator.NotLike:
                AppendLike(column, clause, folded: false);
                break;
            case FilterOperator.ILike or FilterOperator.NotILike:
                AppendLike(column, clause, folded: true);
                break;
            case FilterOperator.Matches or FilterOperator.NotMatches:
                if (clause.Operator is FilterOperator.NotMatches) Append("NOT ");
                Append("regexp(");
                AppendText(clause.Values[0].Text);
                Append($", {column})");
                break;
            default:
                Append($"{column} {SymbolOf(clause.Operator)} ");
                AppendValue(clause, clause.Values[0]);
                break;
        }
    }

    private void AppendList(string column, FilterClause clause)
    {
        Append(clause.Operator is FilterOperator.In ? $"{column} IN (" : $"{column} NOT IN (");
        for (var i = 0; i < clause.Values.Count; i++)
        {
            if (i > 0) Append(", ");
            AppendValue(clause, clause.Values[i]);
        }

        Append(")");
    }

    private void AppendLike(string column, FilterClause clause, bool folded)
    {
        var not = clause.Operator is FilterOperator.NotLike or FilterOperator.NotILike ? "NOT " : "";
        Append(folded ? $"fold({column}) {not}LIKE fold(" : $"{column} {not}LIKE ");
        AppendText(clause.Values[0].Text);
        if (folded) Append(")");
        // PostgreSQL takes a backslash for an escape unless told otherwise; SQLite never does.
        _postgres.Append(" ESCAPE ''");
    }

    private void AppendValue(FilterClause clause, FilterLiteral literal)
    {
        if (clause.Field.Type is FilterType.Number) AppendNumber(literal.Number);
        else AppendText(literal.Text);
    }

    private static string SymbolOf(FilterOperator operation) => operation switch
    {
        FilterOperator.Equal => "=",
        FilterOperator.NotEqual => "<>",
        FilterOperator.Less => "<",
        FilterOperator.LessOrEqual => "<=",
        FilterOperator.Greater => ">",
        FilterOperator.GreaterOrEqual => ">=",
        _ => Invariant.Unreachable<string>(operation),
    };
}
