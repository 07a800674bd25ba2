using Weighhouse.Client.Http;

namespace Weighhouse.Client.Hooks;

/// <summary>Hooks: addresses that are told what happens.</summary>
public sealed class HooksApi
{
    private const string Root = "/api/v1/hooks";

    private readonly ApiConnection _connection;

    internal HooksApi(ApiConnection connection) => _connection = connection;

    public Task<HookPage> ListAsync(int? pageSize = null, string? pageToken = null, CancellationToken cancellation = default) =>
        _connection.GetAsync(Paged(Root, pageSize, pageToken), ClientJson.Default.HookPage, cancellation);

    public Task<Hook> CreateAsync(NewHook hook, CancellationToken cancellation = default) =>
        _connection.SendAsync(HttpMethod.Post, Root, hook, ClientJson.Default.NewHook, ClientJson.Default.Hook, cancellation);

    public Task<Hook> GetAsync(string id, CancellationToken cancellation = default) =>
        _connection.GetAsync(PathOf(id), ClientJson.Default.Hook, cancellation);

    public Task DeleteAsync(string id, CancellationToken cancellation = default) =>
        _connection.SendAsync(HttpMethod.Delete, PathOf(id), cancellation);

    /// <summary>Makes a delivery that only says that it works.</summary>
    public Task<Delivery> TestAsync(string id, CancellationToken cancellation = default) => PostAsync(PathOf(id) + "/test", cancellation);

    public Task<DeliveryPage> ListDeliveriesAsync(
        string id, int? pageSize = null, string? pageToken = null, CancellationToken cancellation = default) =>
        _connection.GetAsync(Paged(PathOf(id) + "/deliveries", pageSize, pageToken), ClientJson.Default.DeliveryPage, cancellation);

    public Task<Delivery> GetDeliveryAsync(string id, string delivery, CancellationToken cancellation = default) =>
        _connection.GetAsync(PathOf(id, delivery), ClientJson.Default.Delivery, cancellation);

    /// <summary>Tells it again, by a delivery of its own.</summary>
    public Task<Delivery> ReplayAsync(string id, string delivery, CancellationToken cancellation = default) =>
        PostAsync(PathOf(id, delivery) + "/replay", cancellation);

    /// <summary>Tells again what died since an instant and was not told again since, up to 1,000; the next call goes on.</summary>
    public Task<ReplayCount> ReplayDeadAsync(string id, long sinceMs, CancellationToken cancellation = default) => _connection.SendAsync(
        HttpMethod.Post, PathOf(id) + "/replay", new ReplaySince(sinceMs), ClientJson.Default.ReplaySince, ClientJson.Default.ReplayCount,
        cancellation);

    private Task<Delivery> PostAsync(string path, CancellationToken cancellation) => _connection.SendAsync(
        HttpMethod.Post, path, new ReplaySince(0), ClientJson.Default.ReplaySince, ClientJson.Default.Delivery, cancellation);

    private static string PathOf(string id) => $"{Root}/{Uri.EscapeDataString(id)}";

    private static string PathOf(string id, string delivery) => $"{PathOf(id)}/deliveries/{Uri.EscapeDataString(delivery)}";

    private static string Paged(string path, int? pageSize, string? pageToken) =>
        new QueryText(path).Add("page_size", pageSize).Add("page_token", pageToken).ToString();
}
