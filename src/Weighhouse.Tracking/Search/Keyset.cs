using Weighhouse.Kernel;

namespace Weighhouse.Tracking.Search;

internal enum KeysetType
{
    Text,
    Whole,
    Real,
}

/// <summary>One term of an order in SQL: an expression that is never NULL, so that a page can begin right after any row.</summary>
internal sealed record KeysetTerm(Action<SqlDraft> Write, KeysetType Type, bool Ascending);

/// <summary>
/// Pages of lists that are small enough to sort in the database (experiments, logged models): the order, and the condition that
/// begins a page after the last row of the one before.
/// </summary>
internal sealed class Keyset(IReadOnlyList<KeysetTerm> terms)
{
    /// <summary>", expression, expression": for SELECT, so that the last row's place is known.</summary>
    public void WriteColumns(SqlDraft draft)
    {
        foreach (var term in terms)
        {
            draft.Sql(", ");
            term.Write(draft);
        }
    }

    /// <summary>" AND (…)": the rows after the place; nothing for the first page.</summary>
    public void WriteCondition(SqlDraft draft, IReadOnlyList<SortValue>? after)
    {
        if (after is null) return;
        for (var last = 0; last < terms.Count; last++)
        {
            draft.Sql(last == 0 ? " AND ((" : " OR (");
            for (var i = 0; i <= last; i++)
            {
                if (i > 0) draft.Sql(" AND ");
                terms[i].Write(draft);
                draft.Sql(i < last ? " = " : terms[i].Ascending ? " > " : " < ");
                _ = terms[i].Type switch
                {
                    KeysetType.Text => draft.Value(after[i].Text),
                    KeysetType.Whole => draft.Value((long)after[i].Number),
                    _ => draft.Value(after[i].Number),
                };
            }

            draft.Sql(")");
        }

        draft.Sql(")");
    }

    public void WriteOrder(SqlDraft draft)
    {
        for (var i = 0; i < terms.Count; i++)
        {
            draft.Sql(i == 0 ? " ORDER BY " : ", ");
            terms[i].Write(draft);
            draft.Sql(terms[i].Ascending ? "" : " DESC");
        }
    }

    public SortValue[] Read(Data.DbRow row, int column)
    {
        var values = new SortValue[terms.Count];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = terms[i].Type switch
            {
                KeysetType.Text => SortValue.Of(row.Text(column + i)),
                KeysetType.Whole => SortValue.Of(row.Long(column + i)),
                _ => SortValue.Of(row.Double(column + i)),
            };
        }

        return values;
    }

    public static string Encode(string query, IReadOnlyList<SortValue> place) =>
        PageToken.Encode(query, [.. place.Select(static value => value.Encode())]);

    public Result<SortValue[]?> Decode(string query, string? token)
    {
        if (string.IsNullOrEmpty(token)) return (SortValue[]?)null;
        if (!PageToken.Decode(query, token, terms.Count).TryGet(out var parts, out var error)) return error;
        var values = parts.Select(SortValue.Decode).ToList();
        if (!values.TrueForAll(static value => value is { IsValue: true }))
            return Error.Invalid("Invalid page_token: it is not one this query returned. Start again without page_token.", "page_token");
        return values.Select(static value => value!.Value).ToArray();
    }
}
