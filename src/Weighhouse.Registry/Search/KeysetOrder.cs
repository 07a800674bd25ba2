using System.Globalization;
using Weighhouse.Kernel;

namespace Weighhouse.Registry.Search;

/// <summary>One column of a total order.</summary>
internal readonly record struct OrderColumn(string Column, bool IsNumber, bool Ascending);

/// <summary>An order without ties and the place in it where a page begins. No column is ever NULL.</summary>
internal sealed class KeysetOrder(IReadOnlyList<OrderColumn> columns)
{
    public IReadOnlyList<OrderColumn> Columns => columns;

    /// <summary>The asked-for order, then what makes it total.</summary>
    public static KeysetOrder Of(IReadOnlyList<FilterOrderTerm> terms, SearchTable table, params ReadOnlySpan<OrderColumn> rest)
    {
        var columns = new List<OrderColumn>();
        foreach (var term in terms)
            columns.Add(new OrderColumn(table.Columns[term.Field.Key], term.Field.Type is FilterType.Number, term.Ascending));
        foreach (var column in rest)
            if (!columns.Exists(known => known.Column == column.Column)) columns.Add(column);
        return new KeysetOrder(columns);
    }

    /// <summary>Rows that come after the place: (a past x) or (a = x and b past y) and so on.</summary>
    public void AppendAfter(FilterCompiler sql, IReadOnlyList<string?> place)
    {
        sql.Append(" AND (");
        for (var last = 0; last < columns.Count; last++)
        {
            if (last > 0) sql.Append(" OR ");
            sql.Append("(");
            for (var i = 0; i <= last; i++)
            {
                if (i > 0) sql.Append(" AND ");
                sql.Append($"{columns[i].Column} {(i < last ? "=" : columns[i].Ascending ? ">" : "<")} ");
                AppendValue(sql, columns[i], place[i]!);
            }

            sql.Append(")");
        }

        sql.Append(")");
    }

    public void AppendOrder(FilterCompiler sql)
    {
        sql.Append(" ORDER BY ");
        sql.Append(string.Join(", ", columns.Select(static column => column.Column + (column.Ascending ? "" : " DESC"))));
    }

    /// <summary>Null when the values can be a place in this order.</summary>
    public Error? Refuse(IReadOnlyList<string?> place)
    {
        for (var i = 0; i < columns.Count; i++)
        {
            if (place[i] is null || (columns[i].IsNumber && !TryLong(place[i], out _)))
                return Error.Invalid("Invalid page_token. Start again without page_token.", "page_token");
        }

        return null;
    }

    private static void AppendValue(FilterCompiler sql, OrderColumn column, string value)
    {
        if (column.IsNumber && TryLong(value, out var number)) sql.AppendNumber(number);
        else sql.AppendText(value);
    }

    private static bool TryLong(string? text, out long value) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value);
}
