using Weighhouse.Client.Http;

namespace Weighhouse.Client.Tracking;

/// <summary>Experiments: the folders of runs.</summary>
public sealed class ExperimentsApi
{
    private const string Root = "/api/v1/experiments";

    private readonly ApiConnection _connection;

    internal ExperimentsApi(ApiConnection connection) => _connection = connection;

    public Task<ExperimentPage> ListAsync(
        string? filter = null, string? view = null, int? pageSize = null, string? pageToken = null,
        CancellationToken cancellation = default) =>
        _connection.GetAsync(
            new QueryText(Root).Add("filter", filter).Add("view", view).Add("page_size", pageSize).Add("page_token", pageToken).ToString(),
            ClientJson.Default.ExperimentPage,
            cancellation);

    public Task<Experiment> GetAsync(string id, CancellationToken cancellation = default) =>
        _connection.GetAsync(PathOf(id), ClientJson.Default.Experiment, cancellation);

    public Task<Experiment> CreateAsync(NewExperiment experiment, CancellationToken cancellation = default) =>
        _connection.SendAsync(
            HttpMethod.Post, Root, experiment, ClientJson.Default.NewExperiment, ClientJson.Default.Experiment, cancellation);

    public Task RenameAsync(string id, string name, CancellationToken cancellation = default) =>
        _connection.SendAsync(HttpMethod.Patch, PathOf(id), new ExperimentChange(name), ClientJson.Default.ExperimentChange, cancellation);

    public Task DeleteAsync(string id, CancellationToken cancellation = default) =>
        _connection.SendAsync(HttpMethod.Delete, PathOf(id), cancellation);

    public Task RestoreAsync(string id, CancellationToken cancellation = default) =>
        _connection.SendAsync(HttpMethod.Post, PathOf(id) + "/restore", cancellation);

    private static string PathOf(string id) => $"{Root}/{Uri.EscapeDataString(id)}";
}
