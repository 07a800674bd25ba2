using System.Globalization;
using System.Text.Json.Serialization.Metadata;
using Weighhouse.Client.Http;

namespace Weighhouse.Client.Registry;

/// <summary>Requests to promote versions, and what people say to them.</summary>
public sealed class PromotionsApi
{
    private const string Root = "/api/v1/promotion-requests";

    private readonly ApiConnection _connection;

    internal PromotionsApi(ApiConnection connection) => _connection = connection;

    /// <summary>The last first.</summary>
    /// <param name="model">Null for all models.</param>
    /// <param name="state">"open", "promoted", "rejected", "withdrawn" or "expired"; null for all.</param>
    public Task<PromotionRequestPage> ListAsync(
        string? model = null, string? state = null, int? pageSize = null, string? pageToken = null,
        CancellationToken cancellation = default) =>
        _connection.GetAsync(
            new QueryText(Root).Add("model", model).Add("state", state).Add("page_size", pageSize).Add("page_token", pageToken).ToString(),
            ClientJson.Default.PromotionRequestPage,
            cancellation);

    public Task<PromotionRequest> AskAsync(NewPromotionRequest request, CancellationToken cancellation = default) =>
        PostAsync(Root, request, ClientJson.Default.NewPromotionRequest, cancellation);

    public Task<PromotionRequest> GetAsync(long number, CancellationToken cancellation = default) =>
        _connection.GetAsync(PathOf(number), ClientJson.Default.PromotionRequest, cancellation);

    public Task<PromotionRequest> ReviewAsync(long number, NewReview review, CancellationToken cancellation = default) =>
        PostAsync(PathOf(number) + "/reviews", review, ClientJson.Default.NewReview, cancellation);

    public Task<PromotionRequest> WithdrawAsync(long number, CancellationToken cancellation = default) =>
        _connection.SendAsync(HttpMethod.Post, PathOf(number) + "/withdraw", ClientJson.Default.PromotionRequest, cancellation);

    /// <summary>Runs the gates that are due, and moves the version when nothing stands in the way any more.</summary>
    public Task<ModelVersion> PromoteAsync(long number, CancellationToken cancellation = default) =>
        _connection.SendAsync(HttpMethod.Post, PathOf(number) + "/promote", ClientJson.Default.ModelVersion, cancellation);

    /// <summary>Moves a version whatever stands in the way: for emergencies, and for administrators of the model.</summary>
    public Task<ModelVersion> OverrideAsync(
        string model, long version, StageOverride move, CancellationToken cancellation = default) =>
        _connection.SendAsync(
            HttpMethod.Post, $"/api/v1/models/{Uri.EscapeDataString(model)}/versions/{version}/override", move,
            ClientJson.Default.StageOverride, ClientJson.Default.ModelVersion, cancellation);

    private Task<PromotionRequest> PostAsync<T>(string path, T body, JsonTypeInfo<T> type, CancellationToken cancellation) =>
        _connection.SendAsync(HttpMethod.Post, path, body, type, ClientJson.Default.PromotionRequest, cancellation);

    private static string PathOf(long number) => $"{Root}/{number.ToString(CultureInfo.InvariantCulture)}";
}
