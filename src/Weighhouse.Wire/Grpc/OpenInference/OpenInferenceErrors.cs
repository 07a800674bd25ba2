using Weighhouse.Kernel;

namespace Weighhouse.Wire.Grpc.OpenInference;

/// <summary>Refusals in the words that Triton's clients look for.</summary>
internal static class OpenInferenceErrors
{
    public static readonly Error NoSharedMemory = new(
        ErrorCode.NotSupported, "shared memory is not spoken here: send tensors in the request, as raw_input_contents");

    /// <summary>What the choice of a model failed for.</summary>
    public static Error Word(Error error, string model, string version) => error.Code is ErrorCode.NotFound
        ? Error.NotFound(version.Length > 0
            ? $"Request for unknown model: '{model}' version {version} is not found"
            : $"Request for unknown model: '{model}' is not found")
        : error;
}
