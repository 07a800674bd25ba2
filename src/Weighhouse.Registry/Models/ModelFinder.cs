using System.Globalization;
using Weighhouse.Data;
using Weighhouse.Kernel;
using Weighhouse.Registry.Search;

namespace Weighhouse.Registry.Models;

/// <summary>Searches registered models.</summary>
internal sealed class ModelFinder(IDatabase database, RegistryOptions options)
{
    private const string Select = $"SELECT {ModelTable.Columns} FROM registry_models m WHERE m.deleted_ms IS NULL";

    private readonly PagedSearch<StoredModel> _search =
        new("SearchModels", Select, SearchTable.Models, new StatementCache(options.CompiledSearchesMax), ModelTable.Read);

    public ValueTask<Result<Page<RegisteredModel>>> FindAsync(Principal caller, ModelSearch search, CancellationToken cancellation)
    {
        if (search.Page.Size < 1 || search.Page.Size > options.ModelPageMax)
        {
            return new(Error.Invalid(
                $"Invalid value for request parameter max_results. It must be at most {options.ModelPageMax}, "
                + $"but got value {search.Page.Size}",
                "max_results"));
        }

        if (!FilterParser.Parse(search.Filter, RegistryVocabularies.Models, search.Dialect).TryGet(out var filter, out var error))
            return new(error);
        if (!FilterOrder.Parse(search.OrderBy, RegistryVocabularies.Models, search.Dialect).TryGet(out var terms, out error))
            return new(error);
        var order = KeysetOrder.Of(terms, SearchTable.Models, new OrderColumn("m.name", IsNumber: false, Ascending: true));
        var query = $"models\n{search.Filter}\n{string.Join('\n', search.OrderBy)}";
        return database.ReadAsync<Result<Page<RegisteredModel>>>(
            async session =>
            {
                var found = await _search.FindAsync(
                    session, caller, filter, order, search.Page, query, ModelTable.ScopeOf, model => PlaceOf(model, order));
                return found.TryGet(out var page, out var problem)
                    ? new Page<RegisteredModel>(await ModelTable.LoadAsync(session, page.Rows), page.NextToken)
                    : problem;
            },
            cancellation);
    }

    private static string[] PlaceOf(StoredModel model, KeysetOrder order) =>
    [
        .. order.Columns.Select(column => column.Column switch
        {
            "m.name" => model.Name,
            "m.created_ms" => model.CreatedMs.ToString(CultureInfo.InvariantCulture),
            "m.updated_ms" => model.UpdatedMs.ToString(CultureInfo.InvariantCulture),
            _ => Invariant.Unreachable<string>(column),
        }),
    ];
}
