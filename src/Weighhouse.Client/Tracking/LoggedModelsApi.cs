using Weighhouse.Client.Http;

namespace Weighhouse.Client.Tracking;

/// <summary>Logged models: what runs made, before any of it is registered.</summary>
public sealed class LoggedModelsApi
{
    private const string Root = "/api/v1/logged-models";

    private readonly ApiConnection _connection;

    internal LoggedModelsApi(ApiConnection connection) => _connection = connection;

    public Task<LoggedModelPage> SearchAsync(LoggedModelQuery query, CancellationToken cancellation = default) =>
        _connection.SendAsync(
            HttpMethod.Post, Root + "/search", query, ClientJson.Default.LoggedModelQuery, ClientJson.Default.LoggedModelPage,
            cancellation);

    /// <summary>Those that a run made.</summary>
    public Task<LoggedModelPage> OfRunAsync(
        string runId, int? pageSize = null, string? pageToken = null, CancellationToken cancellation = default) =>
        _connection.GetAsync(
            new QueryText($"/api/v1/runs/{Uri.EscapeDataString(runId)}/logged-models")
                .Add("page_size", pageSize).Add("page_token", pageToken).ToString(),
            ClientJson.Default.LoggedModelPage,
            cancellation);

    public Task<LoggedModel> GetAsync(string id, CancellationToken cancellation = default) =>
        _connection.GetAsync($"{Root}/{Uri.EscapeDataString(id)}", ClientJson.Default.LoggedModel, cancellation);
}
