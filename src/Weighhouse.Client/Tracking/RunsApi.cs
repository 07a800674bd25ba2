using System.Runtime.CompilerServices;
using Weighhouse.Client.Http;

namespace Weighhouse.Client.Tracking;

/// <summary>Runs: what was tried, with which params, and what came of it.</summary>
public sealed class RunsApi
{
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

    private static string PathOf(string id) => $"{Root}/{Uri.EscapeDataString(id)}";
}
