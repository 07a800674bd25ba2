using System.Globalization;
using System.Text;
using Weighhouse.Data;
using Weighhouse.Kernel;

namespace Weighhouse.Versioning.Repositories;

/// <summary>A list of repositories from where its last page ended. What the caller may not view is left out, and rows read on.</summary>
internal sealed class RepositoryList
{
    private static readonly SqlText ByName = VersioningSql.Catalog["ListRepositories"];
    private static readonly SqlText ByUpdate = VersioningSql.Catalog["ListRepositoriesByUpdate"];
    private static readonly SqlText ByAdded = VersioningSql.Catalog["ListRepositoriesByAdded"];

    private readonly RepositoryQuery _query;
    private readonly string _key;
    private readonly string _pattern;
    private long _value = long.MaxValue;
    private string _after = "";

    private RepositoryList(RepositoryQuery query)
    {
        _query = query;
        _key = $"repositories {query.Order} {query.WithGoverned} {query.Text}";
        _pattern = PatternOf(query.Text);
    }

    public static Result<RepositoryList> Begin(RepositoryQuery query, string? token)
    {
        var list = new RepositoryList(query);
        if (token is null) return list;
        if (!PageToken.Decode(list._key, token, 2).TryGet(out var values, out var error)) return error;
        if (!long.TryParse(values[0], NumberStyles.None, CultureInfo.InvariantCulture, out list._value) || values[1] is not { } after)
            return Error.Invalid("Invalid page_token: it names no place in the list. Start again without page_token.", "page_token");
        list._after = after;
        return list;
    }

    public async ValueTask<Page<Repository>> ReadAsync(DbSession session, Principal caller, int size, int rowsMax)
    {
        var seen = new List<Repository>();
        while (seen.Count <= size)
        {
            var rows = await NextAsync(session, rowsMax);
            foreach (var row in rows)
                if (seen.Count <= size && caller.Can(Permission.View, row.Facts.Scope)) seen.Add(row.Facts);
            if (rows.Count < rowsMax) break;
            (_value, _after) = (ValueOf(rows[^1].Facts), rows[^1].Facts.Name);
        }

        if (seen.Count <= size) return new Page<Repository>(seen, null);
        seen.RemoveAt(size);
        return new Page<Repository>(
            seen, PageToken.Encode(_key, ValueOf(seen[^1]).ToString(CultureInfo.InvariantCulture), seen[^1].Name));
    }

    private ValueTask<List<StoredRepository>> NextAsync(DbSession session, int count)
    {
        var statement = _query.Order switch
        {
            RepositoryOrder.Updated => session.Prepare(ByUpdate).Bind("value", _value),
            RepositoryOrder.Added => session.Prepare(ByAdded).Bind("value", _value),
            _ => session.Prepare(ByName),
        };
        return statement
            .Bind("with_governed", _query.WithGoverned).Bind("after", _after).Bind("pattern", _pattern).Bind("count", count)
            .ListAsync(RepositoryTable.Read);
    }

    private long ValueOf(Repository repository) => _query.Order switch
    {
        RepositoryOrder.Updated => repository.UpdatedMs,
        RepositoryOrder.Added => repository.AddedBytes,
        _ => 0,
    };

    /// <summary>Both engines fold the case of ASCII letters only, so this does too.</summary>
    private static string PatternOf(string? text)
    {
        var pattern = new StringBuilder("%");
        foreach (var character in (text ?? "").Trim())
        {
            if (character is '%' or '_' or '\\') pattern.Append('\\');
            pattern.Append(char.IsAsciiLetterUpper(character) ? char.ToLowerInvariant(character) : character);
        }

        return text is { Length: > 0 } ? pattern.Append('%').ToString() : "%";
    }
}
