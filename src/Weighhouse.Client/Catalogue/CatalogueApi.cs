using Weighhouse.Client.Http;

namespace Weighhouse.Client.Catalogue;

/// <summary>The data catalogue of all repositories.</summary>
public sealed class CatalogueApi
{
    private readonly ApiConnection _connection;

    internal CatalogueApi(ApiConnection connection) => _connection = connection;

    public Task<CataloguePage> ListAsync(CatalogueQuery query, CancellationToken cancellation = default) =>
        _connection.GetAsync(
            new QueryText("/api/v1/catalogue").Add("search", query.Search).Add("tag", query.Tag).Add("owner", query.Owner)
                .Add("column", query.Column).Add("freshness", query.Freshness).Add("repository", query.Repository)
                .Add("order_by", query.OrderBy).Add("page_size", query.PageSize).Add("page_token", query.PageToken).ToString(),
            ClientJson.Default.CataloguePage,
            cancellation);

    /// <param name="path">A file or a folder; empty for the whole repository.</param>
    public Task<CatalogueEntry> GetAsync(string repository, string path, CancellationToken cancellation = default) =>
        _connection.GetAsync(PathOf(repository, path), ClientJson.Default.CatalogueEntry, cancellation);

    /// <summary>Changes an entry, or makes one.</summary>
    public Task<CatalogueEntry> SetAsync(
        string repository, string path, CatalogueChange change, CancellationToken cancellation = default) =>
        _connection.SendAsync(
            HttpMethod.Patch, PathOf(repository, path), change, ClientJson.Default.CatalogueChange, ClientJson.Default.CatalogueEntry,
            cancellation);

    /// <summary>Takes the entry out of the catalogue; the data stays.</summary>
    public Task RemoveAsync(string repository, string path, CancellationToken cancellation = default) =>
        _connection.SendAsync(HttpMethod.Delete, PathOf(repository, path), cancellation);

    private static string PathOf(string repository, string path) =>
        new QueryText($"/api/v1/repositories/{Uri.EscapeDataString(repository)}/catalogue").Add("path", path).ToString();
}
