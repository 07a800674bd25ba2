using System.Runtime.CompilerServices;
using Weighhouse.Client.Http;

namespace Weighhouse.Client.Tracking;

/// <summary>Runs: what was tried, with which params, and what came of it.</summary>
public sealed class RunsApi
{
    public const int HistoryPageSizeMax = 25_000;

    private const string Root = "/api/v1/runs";

    private readonly ApiConnection _connection;

    internal RunsApi(ApiConnection connection) => _connection = connection;

    public Task<RunPage> SearchAsync(RunQuery query, CancellationToken cancellation = default) =>
        _connection.SendAsync(
            HttpMethod.Post, Root + "/search", query, ClientJson.Default.RunQuery, ClientJson.Default.RunPage, cancellation);

    /// <summary>All runs of a query, page after page.</summary>
    public async IAsyncEnumerable<Run> AllAsync(RunQuery query, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        var token = query.PageToken;
        do
        {
            var page = await SearchAsync(query with { PageToken = token }, cancellation);
            foreach (var run in page.Runs) yield return run;
            token = page.NextPageToken;
        }
        while (token is not null);
    }

    public Task<Run> GetAsync(string id, CancellationToken cancellation = default) =>
        _connection.GetAsync(PathOf(id), ClientJson.Default.Run, cancellation);

    public Task<Run> CreateAsync(NewRun run, CancellationToken cancellation = default) =>
        _connection.SendAsync(HttpMethod.Post, Root, run, ClientJson.Default.NewRun, ClientJson.Default.Run, cancellation);

    public Task<RunInfo> ChangeAsync(string id, RunChange change, CancellationToken cancellation = default) =>
        _connection.SendAsync(HttpMethod.Patch, PathOf(id), change, ClientJson.Default.RunChange, ClientJson.Default.RunInfo, cancellation);

    public Task DeleteAsync(string id, CancellationToken cancellation = default) =>
        _connection.SendAsync(HttpMethod.Delete, PathOf(id), cancellation);

    public Task RestoreAsync(string id, CancellationToken cancellation = default) =>
        _connection.SendAsync(HttpMethod.Post, PathOf(id) + "/restore", cancellation);

    public Task SetTagAsync(string id, string key, string value, CancellationToken cancellation = default) => _connection.SendAsync(
        HttpMethod.Put, $"{PathOf(id)}/tags/{Uri.EscapeDataString(key)}", new TagValue(value), ClientJson.Default.TagValue, cancellation);

    /// <summary>Logs up to 1,000 metrics, params and tags at once.</summary>
    public Task LogAsync(string id, RunBatch batch, CancellationToken cancellation = default) =>
        _connection.SendAsync(HttpMethod.Post, PathOf(id) + "/batch", batch, ClientJson.Default.RunBatch, cancellation);

    public Task LogAsync(string id, string key, double value, long step = 0, CancellationToken cancellation = default) =>
        LogAsync(id, new RunBatch([new NewPoint(key, value, step)]), cancellation);

    /// <summary>Points of a metric by time, a page of at most <see cref="HistoryPageSizeMax"/>.</summary>
    public Task<PointPage> HistoryAsync(
        string id, string key, int? pageSize = null, string? pageToken = null, CancellationToken cancellation = default) =>
        _connection.GetAsync(
            new QueryText($"{PathOf(id)}/metrics/{Uri.EscapeDataString(key)}")
                .Add("page_size", pageSize).Add("page_token", pageToken).ToString(),
            ClientJson.Default.PointPage,
            cancellation);

    private static string PathOf(string id) => $"{Root}/{Uri.EscapeDataString(id)}";
}
