using Weighhouse.Kernel;
using Weighhouse.Wire.Grpc.Transport;

namespace Weighhouse.Wire.Grpc.OpenInference;

/// <summary>inference.GRPCInferenceService, which KServe and Triton speak: a deployment is what it calls a model.</summary>
internal static class OpenInferenceService
{
    private const string Service = "inference.GRPCInferenceService";

    public static readonly IReadOnlyList<GrpcMethod> Methods =
    [
        Of("ServerLive", Policy.View, MetadataHandlers.LiveAsync, "true"),
        Of("ServerReady", Policy.View, MetadataHandlers.ReadyAsync,
            "whether all that is deployed has been loaded, or has failed to, and the server is not stopping"),
        Of("ModelReady", Policy.View, MetadataHandlers.ModelReadyAsync, "`NOT_FOUND` for what is not deployed"),
        Of("ServerMetadata", Policy.View, MetadataHandlers.ServerAsync, "the name is `weighhouse`"),
        Of("ModelMetadata", Policy.View, MetadataHandlers.ModelAsync, "the batch is among the sizes, as -1"),
        Of("ModelInfer", Policy.View, InferHandler.AnswerAsync,
            "raw and typed contents, not both; answers are raw; the parameters `priority` and `timeout`; no classification"),
        GrpcMethod.Streaming(Service, "ModelStreamInfer", Policy.View, InferHandler.AnswerStreamAsync,
            "one answer to each request, in their order; what fails answers `error_message` and the stream goes on"),
        Of("ModelConfig", Policy.View, MetadataHandlers.ConfigAsync, "name, platform, backend, inputs and outputs; `max_batch_size` is 0"),
        Of("ModelStatistics", Policy.View, StatisticsHandler.AnswerAsync, "since the version was loaded"),
        Of("RepositoryIndex", Policy.View, RepositoryHandlers.IndexAsync, "the deployments that the caller may view"),
        Of("RepositoryModelLoad", Policy.Deploy, RepositoryHandlers.LoadAsync, "a deployment that is there; no files in the request"),
        Of("RepositoryModelUnload", Policy.Deploy, RepositoryHandlers.UnloadAsync, "what is in flight is answered first"),
        Of("SystemSharedMemoryStatus", Policy.View, SharedMemoryHandlers.NoneAsync, "none"),
        Of("SystemSharedMemoryRegister", Policy.View, SharedMemoryHandlers.RefuseAsync, "`UNIMPLEMENTED`"),
        Of("SystemSharedMemoryUnregister", Policy.View, SharedMemoryHandlers.NoneAsync, "there is nothing to unregister"),
        Of("CudaSharedMemoryStatus", Policy.View, SharedMemoryHandlers.NoneAsync, "none"),
        Of("CudaSharedMemoryRegister", Policy.View, SharedMemoryHandlers.RefuseAsync, "`UNIMPLEMENTED`"),
        Of("CudaSharedMemoryUnregister", Policy.View, SharedMemoryHandlers.NoneAsync, "there is nothing to unregister"),
    ];

    private static GrpcMethod Of(string name, EndpointPolicy policy, UnaryHandler handler, string note) =>
        GrpcMethod.Of(Service, name, policy, handler, note);
}
