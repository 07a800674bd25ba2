using Weighhouse.Data;
using Weighhouse.Kernel;

namespace Weighhouse.Registry.Search;

/// <summary>A search by keyset pages that leaves out what the caller may not view.</summary>
/// <param name="select">SELECT … FROM … WHERE …, to be followed by AND.</param>
internal sealed class PagedSearch<TRow>(string name, string select, SearchTable table, StatementCache statements, Func<DbRow, TRow> read)
{
    /// <param name="scopeOf">Where the permission to view a row is asked for.</param>
    /// <param name="placeOf">The values of the order's columns in a row.</param>
    public async ValueTask<Result<(IReadOnlyList<TRow> Rows, string? NextToken)>> FindAsync(
        DbSession session,
        Principal caller,
        FilterNode filter,
        KeysetOrder order,
        PageRequest page,
        string query,
        Func<TRow, Scope> scopeOf,
        Func<TRow, string[]> placeOf)
    {
        IReadOnlyList<string?>? place = null;
        if (page.Token is not null)
        {
            if (!PageToken.Decode(query, page.Token, order.Columns.Count).TryGet(out var values, out var error)) return error;
            if (order.Refuse(values) is { } bad) return bad;
            place = values;
        }

        var found = new List<TRow>();
        while (true)
        {
            var wanted = page.Size + 1L;
            var rows = await RowsAsync(session, filter, order, place, wanted);
            foreach (var row in rows)
            {
                if (!caller.Can(Permission.View, scopeOf(row))) continue;
                if (found.Count == page.Size) return (found, PageToken.Encode(query, placeOf(found[^1])));
                found.Add(row);
            }

            if (rows.Count < wanted) return (found, null);
            place = placeOf(rows[^1]);
        }
    }

    private async ValueTask<List<TRow>> RowsAsync(
        DbSession session, FilterNode filter, KeysetOrder order, IReadOnlyList<string?>? place, long limit)
    {
        var sql = new FilterCompiler(table);
        sql.Append(select);
        sql.Append(" AND ");
        sql.Append(filter);
        if (place is not null) order.AppendAfter(sql, place);
        order.AppendOrder(sql);
        sql.Append(" LIMIT @limit");
        return await sql.Bind(session.Prepare(statements.Get(sql, name))).Bind("limit", limit).ListAsync(read);
    }
}
