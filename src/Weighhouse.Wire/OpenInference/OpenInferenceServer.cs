using Weighhouse.Serving;

namespace Weighhouse.Wire.OpenInference;

/// <summary>What the server says of itself and of what runs its models, over REST and gRPC alike.</summary>
internal static class OpenInferenceServer
{
    public static readonly string Version = typeof(OpenInferenceServer).Assembly.GetName().Version!.ToString(3);

    public static readonly IReadOnlyList<string> Extensions =
        ["binary_tensor_data", "model_repository", "model_configuration", "statistics"];

    /// <summary>As Triton calls the same runtime.</summary>
    public static string BackendOf(ServedVersion version) => version.Runtime is "onnx" ? "onnxruntime" : version.Runtime;

    public static string PlatformOf(ServedVersion version) => version.Runtime is "onnx" ? "onnxruntime_onnx" : version.Runtime;
}
