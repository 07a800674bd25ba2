using System.Globalization;
using System.Text;
using Weighhouse.Data;
using Weighhouse.Kernel;

namespace Weighhouse.Tracking.Search;

/// <summary>
/// The order of a search: its terms, then the newest first unless a term says otherwise, then the run's id, so that no two runs are
/// equal. Texts are ordered by their first 200 characters.
/// </summary>
internal sealed class RunOrder(IReadOnlyList<FilterOrderTerm> terms) : IComparer<RunEntry>
{
    private readonly bool _startIsTerm = terms.Any(
        static term => term.Field is { Entity: SearchVocabularies.Attribute, Key: "start_time" });

    public IReadOnlyList<FilterOrderTerm> Terms { get; } = terms;

    /// <summary>The columns a search reads of each run, in the order that <see cref="Read"/> expects: three, then those of the
    /// terms.</summary>
    public void WriteColumns(SqlDraft draft)
    {
        draft.Sql("r.run_no, r.start_ms, r.run_id");
        for (var i = 0; i < Terms.Count; i++)
        {
            var field = Terms[i].Field;
            draft.Sql(field.Entity switch
            {
                SearchVocabularies.Metric => $", o{i}.run_no, o{i}.{RunFields.MetricColumn(field)}",
                // A user's name has 256 characters at most and is ordered whole.
                SearchVocabularies.Attribute when field.Type is FilterType.Number
                    || field.Key is "status" or "user_id" => $", r.{RunFields.AttributeColumn(field)}",
                SearchVocabularies.Attribute => $", substr(r.{RunFields.AttributeColumn(field)}, 1, {RunLeaf.HeadLength})",
                _ => $", o{i}.head",
            });
        }
    }

    /// <summary>The tables that those columns need beside tracking_runs r.</summary>
    public void WriteJoins(SqlDraft draft, SearchKeys keys)
    {
        for (var i = 0; i < Terms.Count; i++)
        {
            var table = Terms[i].Field.Entity switch
            {
                SearchVocabularies.Metric => "tracking_metrics",
                SearchVocabularies.Param => "tracking_params",
                SearchVocabularies.Tag => "tracking_tags",
                _ => null,
            };
            if (table is not null)
                draft.Sql($" LEFT JOIN {table} o{i} ON o{i}.run_no = r.run_no AND o{i}.key_no = ").Value(keys.Of(Terms[i].Field.Key));
        }
    }

    public RunEntry Read(DbRow row)
    {
        var values = Terms.Count == 0 ? [] : new SortValue[Terms.Count];
        var column = 3;
        for (var i = 0; i < values.Length; i++) values[i] = ReadValue(row, Terms[i].Field, ref column);
        return new RunEntry(row.Long(0), row.Text(2), row.Long(1), values);
    }

    /// <summary>Whether the row comes after the entry by its first term alone.</summary>
    public bool IsWorse(DbRow row, RunEntry entry)
    {
        if (Terms.Count == 0) return row.Long(1) < entry.StartMs;
        var column = 3;
        return SortValue.Compare(ReadValue(row, Terms[0].Field, ref column), entry.Values[0], Terms[0].Ascending) > 0;
    }

    public int Compare(RunEntry? x, RunEntry? y)
    {
        for (var i = 0; i < Terms.Count; i++)
            if (SortValue.Compare(x!.Values[i], y!.Values[i], Terms[i].Ascending) is not 0 and var order) return order;
        if (!_startIsTerm && y!.StartMs.CompareTo(x!.StartMs) is not 0 and var byStart) return byStart;
        return SortValue.CompareText(x!.RunId, y!.RunId);
    }

    public string Encode(string query, RunEntry last) => PageToken.Encode(
        query, [last.StartMs.ToString(CultureInfo.InvariantCulture), last.RunId, .. last.Values.Select(static value => value.Encode())]);

    /// <summary>The place where the page before ended; null when there was none.</summary>
    public Result<RunEntry?> Decode(string query, string? token)
    {
        if (string.IsNullOrEmpty(token)) return (RunEntry?)null;
        if (!PageToken.Decode(query, token, Terms.Count + 2).TryGet(out var parts, out var error)) return error;
        var values = parts[2..].Select(SortValue.Decode).ToList();
        if (parts[1] is not { } id || !long.TryParse(parts[0], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var startMs)
            || values.Exists(static value => value is null))
            return Error.Invalid("Invalid page_token: it is not one this query returned. Start again without page_token.", "page_token");
        return new RunEntry(0, id, startMs, [.. values.Select(static value => value!.Value)]);
    }

    public override string ToString()
    {
        var text = new StringBuilder();
        foreach (var term in Terms) text.Append(term.Field).Append(term.Ascending ? " ASC," : " DESC,");
        return text.ToString();
    }

    private static SortValue ReadValue(DbRow row, FilterField field, ref int column)
    {
        if (field.Entity is SearchVocabularies.Metric)
        {
            column += 2;
            if (row.IsNull(column - 2)) return SortValue.Missing;
            return row.DoubleOrNull(column - 1) is { } number ? SortValue.Of(number) : SortValue.Nan;
        }

        column++;
        if (row.IsNull(column - 1)) return SortValue.Missing;
        if (field.Type is FilterType.Number) return SortValue.Of(row.Long(column - 1));
        return SortValue.Of(field is { Entity: SearchVocabularies.Attribute, Key: "status" }
            ? RunFields.StatusName(row.Long(column - 1))
            : row.Text(column - 1));
    }
}
