using System.Globalization;
using System.Text.Json;
using Weighhouse.Data;
using Weighhouse.Kernel;
using Weighhouse.Versioning.Repositories;

namespace Weighhouse.Versioning.Catalogue;

/// <summary>Entries from where the last page ended. The database is asked only for the repositories the caller may view.</summary>
internal sealed class CatalogueList
{
    /// <summary>Words of one search: each is looked for in every entry.</summary>
    private const int WordsMax = 4;

    private const int WordLengthMax = 200;

    private static readonly SqlText ListCatalogue = VersioningSql.Catalog["ListCatalogue"];
    private static readonly SqlText ListCatalogueByChange = VersioningSql.Catalog["ListCatalogueByChange"];
    private static readonly SqlText ListCataloguedRepositories = VersioningSql.Catalog["ListCataloguedRepositories"];

    private readonly CatalogueQuery _query;
    private readonly string[] _words;
    private readonly string _key;
    private string _name = "";
    private string _path = "";
    private long _changedMs = long.MaxValue;
    private long _after;

    private CatalogueList(CatalogueQuery query, string[] words)
    {
        _query = query;
        _words = words;
        _key = $"catalogue {query}";
    }

    public static Result<CatalogueList> Begin(CatalogueQuery query, string? token)
    {
        foreach (var (text, field) in new[]
        {
            (query.Text, "search"), (query.Tag, "tag"), (query.Owner, "owner"), (query.Column, "column"), (query.Repository, "repository"),
        })
        {
            if (PlainText.Refuse(text, field) is { } refusal) return refusal;
            if (text?.Length > WordsMax * WordLengthMax)
                return Error.Invalid($"'{field}' has {text.Length} characters; the limit is {WordsMax * WordLengthMax}.", field);
        }

        var words = (query.Text ?? "").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (words.Length > WordsMax)
            return Error.Invalid($"The search has {words.Length} words; the limit is {WordsMax}. Leave some out.", "search");
        var list = new CatalogueList(query, words);
        return token is null ? list : list.Continue(token);
    }

    public async ValueTask<Page<CatalogueEntry>> ReadAsync(DbSession session, Principal caller, int size, long nowMs)
    {
        var repositories = await VisibleAsync(session, caller);
        if (repositories is []) return Page<CatalogueEntry>.Empty;
        var statement = _query.Order is CatalogueOrder.Changed
            ? session.Prepare(ListCatalogueByChange).Bind("changed_ms", _changedMs).Bind("after", _after)
            : session.Prepare(ListCatalogue).Bind("name", _name).Bind("path", _path);
        for (var i = 0; i < WordsMax; i++)
            statement.Bind($"word{i + 1}", i < _words.Length ? CatalogueWords.Containing(_words[i]) : CatalogueWords.Anything);
        var rows = await statement
            .Bind("everywhere", repositories is null).Bind("repositories", JsonOf(repositories))
            .Bind("tag", CatalogueWords.WithItem(_query.Tag)).Bind("owner", CatalogueWords.WithItem(_query.Owner))
            .Bind("column", CatalogueWords.WithItem(_query.Column)).Bind("freshness", _query.Freshness is { } asked ? 1 + (long)asked : 0)
            .Bind("now_ms", nowMs).Bind("count", size + 1).ListAsync(StoredEntry.Reader(nowMs));
        if (rows.Count <= size) return new Page<CatalogueEntry>(rows.ConvertAll(static row => row.Facts), null);
        rows.RemoveAt(size);
        return new Page<CatalogueEntry>(rows.ConvertAll(static row => row.Facts), TokenAfter(rows[^1]));
    }

    /// <summary>Numbers of repositories; null for all.</summary>
    private async ValueTask<List<long>?> VisibleAsync(DbSession session, Principal caller)
    {
        if (string.IsNullOrEmpty(_query.Repository) && caller.Can(Permission.View, Scope.Server)) return null;
        var visible = new List<long>();
        await session.Prepare(ListCataloguedRepositories).ForEachAsync(row =>
        {
            var repository = RepositoryTable.Read(row);
            var isAsked = string.IsNullOrEmpty(_query.Repository) || repository.Facts.Name == _query.Repository;
            if (isAsked && caller.Can(Permission.View, repository.Facts.Scope)) visible.Add(repository.Number);
            return true;
        });
        return visible;
    }

    private Result<CatalogueList> Continue(string token)
    {
        if (!PageToken.Decode(_key, token, 2).TryGet(out var values, out var error)) return error;
        if (_query.Order is CatalogueOrder.Name && values is [{ } name, { } path])
        {
            (_name, _path) = (name, path);
            return this;
        }

        return values is [{ } changed, { } after]
            && long.TryParse(changed, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _changedMs)
            && long.TryParse(after, NumberStyles.None, CultureInfo.InvariantCulture, out _after)
            ? this
            : Error.Invalid("Invalid page_token: it names no place in the list. Start again without page_token.", "page_token");
    }

    private string TokenAfter(StoredEntry last) => _query.Order is CatalogueOrder.Name
        ? PageToken.Encode(_key, last.Facts.Repository, last.Facts.Path)
        : PageToken.Encode(
            _key, (last.Facts.Data?.ChangedMs ?? -1).ToString(CultureInfo.InvariantCulture),
            last.Number.ToString(CultureInfo.InvariantCulture));

    private static string JsonOf(List<long>? numbers) =>
        numbers is null ? "[]" : JsonSerializer.Serialize(numbers, CatalogueJson.Default.ListInt64);
}
