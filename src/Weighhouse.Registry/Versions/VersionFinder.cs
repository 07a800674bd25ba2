using System.Globalization;
using Weighhouse.Data;
using Weighhouse.Kernel;
using Weighhouse.Registry.Models;
using Weighhouse.Registry.Search;

namespace Weighhouse.Registry.Versions;

/// <summary>Searches versions of all registered models.</summary>
internal sealed class VersionFinder(IDatabase database, RegistryOptions options)
{
    private static readonly SqlText ListVersionsBefore = RegistrySql.Catalog["ListVersionsBefore"];

    private const string Select =
        $"SELECT {VersionTable.Columns} FROM registry_versions v JOIN registry_models m ON m.model_no = v.model_no "
        + "WHERE v.deleted_ms IS NULL AND m.deleted_ms IS NULL";

    private static readonly OrderColumn ByUpdate = new("v.updated_ms", IsNumber: true, Ascending: false);
    private static readonly OrderColumn ByName = new("m.name", IsNumber: false, Ascending: true);
    private static readonly OrderColumn ByVersion = new("v.version", IsNumber: true, Ascending: false);

    private readonly PagedSearch<StoredVersion> _search =
        new("SearchVersions", Select, SearchTable.Versions, new StatementCache(options.CompiledSearchesMax), VersionTable.Read);

    /// <summary>Those of one model, the highest first.</summary>
    public ValueTask<Result<Page<ModelVersion>>> ListAsync(
        Principal caller, string model, PageRequest page, CancellationToken cancellation)
    {
        if (page.Size < 1 || page.Size > options.ModelPageMax)
            return new(Error.Invalid($"A page has 1 to {options.ModelPageMax} versions; {page.Size} were asked for.", "page_size"));
        var query = $"versions of\n{model}";
        var before = long.MaxValue;
        if (page.Token is not null)
        {
            if (!PageToken.Decode(query, page.Token, 1).TryGet(out var place, out var wrong)) return new(wrong);
            if (!long.TryParse(place[0], NumberStyles.None, CultureInfo.InvariantCulture, out before))
                return new(Error.Invalid("Invalid page_token. Start again without page_token.", "page_token"));
        }

        return database.ReadAsync<Result<Page<ModelVersion>>>(
            async session =>
            {
                if (!(await ModelTable.FindAsync(session, caller, model, Permission.View)).TryGet(out var stored, out var error))
                    return error;
                var rows = await session.Prepare(ListVersionsBefore)
                    .Bind("model_no", stored.Number).Bind("before", before).Bind("limit", page.Size + 1L).ListAsync(VersionTable.Read);
                var taken = rows.Take(page.Size).ToList();
                var loaded = await VersionTable.LoadAsync(session, taken);
                var next = rows.Count <= page.Size
                    ? null
                    : PageToken.Encode(query, taken[^1].Version.Id.Version.ToString(CultureInfo.InvariantCulture));
                return new Page<ModelVersion>([.. loaded.Select(static row => row.Version)], next);
            },
            cancellation);
    }

    public ValueTask<Result<Page<ModelVersion>>> FindAsync(Principal caller, VersionSearch search, CancellationToken cancellation)
    {
        if (search.Page.Size < 1)
        {
            return new(Error.Invalid(
                $"Invalid value for max_results. It must be a positive integer, but got {search.Page.Size}", "max_results"));
        }

        if (search.Page.Size > options.VersionPageMax)
        {
            return new(Error.Invalid(
                $"Invalid value for request parameter max_results. It must be at most {options.VersionPageMax}, "
                + $"but got value {search.Page.Size}",
                "max_results"));
        }

        if (!FilterParser.Parse(search.Filter, RegistryVocabularies.Versions, search.Dialect).TryGet(out var filter, out var error))
            return new(error);
        if (!FilterOrder.Parse(search.OrderBy, RegistryVocabularies.Versions, search.Dialect).TryGet(out var terms, out error))
            return new(error);
        var order = terms.Count == 0
            ? KeysetOrder.Of(terms, SearchTable.Versions, ByUpdate, ByName, ByVersion)
            : KeysetOrder.Of(terms, SearchTable.Versions, ByName, ByVersion);
        var query = $"versions\n{search.Filter}\n{string.Join('\n', search.OrderBy)}";
        return database.ReadAsync<Result<Page<ModelVersion>>>(
            async session =>
            {
                var found = await _search.FindAsync(
                    session,
                    caller,
                    filter,
                    order,
                    search.Page,
                    query,
                    static row => ScopeOf(row.Version),
                    row => PlaceOf(row.Version, order));
                if (!found.TryGet(out var page, out var problem)) return problem;
                var loaded = await VersionTable.LoadAsync(session, page.Rows);
                return new Page<ModelVersion>([.. loaded.Select(static row => row.Version)], page.NextToken);
            },
            cancellation);
    }

    private static Scope ScopeOf(ModelVersion version) => Scope.Model(version.Project, version.Id.Model);

    private static string[] PlaceOf(ModelVersion version, KeysetOrder order) =>
    [
        .. order.Columns.Select(column => column.Column switch
        {
            "m.name" => version.Id.Model,
            "v.version" => version.Id.Version.ToString(CultureInfo.InvariantCulture),
            "v.created_ms" => version.CreatedMs.ToString(CultureInfo.InvariantCulture),
            "v.updated_ms" => version.UpdatedMs.ToString(CultureInfo.InvariantCulture),
            _ => Invariant.Unreachable<string>(column),
        }),
    ];
}
