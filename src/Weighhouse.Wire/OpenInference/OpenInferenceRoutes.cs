using Microsoft.AspNetCore.Http;
using Weighhouse.Kernel;

namespace Weighhouse.Wire.OpenInference;

internal delegate Task OpenInferenceHandler(HttpContext http, OpenInferenceBackend backend);

/// <param name="Note">For the reference.</param>
internal sealed record OpenInferenceRoute(
    string Method, string Pattern, EndpointPolicy Policy, OpenInferenceHandler Handler, string Note = "");

/// <summary>The REST addresses of Open Inference v2, and of Triton's extensions of it.</summary>
internal static class OpenInferenceRoutes
{
    public const string Prefix = "/v2";

    public static readonly IReadOnlyList<OpenInferenceRoute> All =
    [
        new("GET", Prefix, Policy.Anyone, MetadataHandlers.ServerAsync, "Name, version, extensions"),
        new("GET", Prefix + "/health/live", Policy.Anyone, MetadataHandlers.LiveAsync, "200 and nothing"),
        new("GET", Prefix + "/health/ready", Policy.Anyone, MetadataHandlers.ReadyAsync, "400 until what is deployed is loaded"),
        new("GET", Prefix + "/models/stats", Policy.View, StatisticsHandlers.AllAsync, "Of all that the caller may view"),
        .. OfModel("GET", "", Policy.View, MetadataHandlers.ModelAsync, "Inputs and outputs; a model is a deployment"),
        .. OfModel("GET", "/ready", Policy.View, MetadataHandlers.ModelReadyAsync, "200 or 400, and nothing"),
        .. OfModel("GET", "/config", Policy.View, MetadataHandlers.ConfigAsync, "What of Triton's configuration has a meaning here"),
        .. OfModel("GET", "/stats", Policy.View, StatisticsHandlers.ModelAsync),
        .. OfModel("POST", "/infer", Policy.View, InferHandler.InferAsync, "JSON, and binary data after it"),
        .. OfRepository("/index", Policy.View, RepositoryHandlers.IndexAsync, "Versions and their states"),
        .. OfRepository("/models/{model}/load", Policy.Deploy, RepositoryHandlers.LoadAsync, "Of a deployment; without parameters"),
        .. OfRepository("/models/{model}/unload", Policy.Deploy, RepositoryHandlers.UnloadAsync),
        .. SharedMemory("system"),
        .. SharedMemory("cuda"),
    ];

    private static OpenInferenceRoute[] OfModel(
        string method, string rest, EndpointPolicy policy, OpenInferenceHandler handler, string note = "") =>
    [
        new(method, $"{Prefix}/models/{{model}}{rest}", policy, handler, note),
        new(method, $"{Prefix}/models/{{model}}/versions/{{version}}{rest}", policy, handler, note),
    ];

    private static OpenInferenceRoute[] OfRepository(
        string rest, EndpointPolicy policy, OpenInferenceHandler handler, string note = "") =>
    [
        new("POST", $"{Prefix}/repository{rest}", policy, handler, note),
        new("POST", $"{Prefix}/repository/{{repository}}{rest}", policy, handler, note),
    ];

    /// <summary>A client that looks whether a region is there finds none; one that would share one is told what to do instead.</summary>
    private static OpenInferenceRoute[] SharedMemory(string kind) =>
    [
        new("GET", $"{Prefix}/{kind}sharedmemory/status", Policy.View, RepositoryHandlers.NoRegionsAsync, "No region ever"),
        new("POST", $"{Prefix}/{kind}sharedmemory/region/{{region}}/register", Policy.View, RepositoryHandlers.NoSharingAsync, "501"),
        new("POST", $"{Prefix}/{kind}sharedmemory/region/{{region}}/unregister", Policy.View, RepositoryHandlers.NothingAsync, "Nothing"),
        new("POST", $"{Prefix}/{kind}sharedmemory/unregister", Policy.View, RepositoryHandlers.NothingAsync, "Nothing to do"),
    ];
}
