using Weighhouse.Kernel;
using Weighhouse.Serving;

namespace Weighhouse.Wire.TensorFlowServing;

/// <summary>The protocol's words that REST and gRPC share.</summary>
internal static class ServableWords
{
    /// <summary>A model from elsewhere has this one signature.</summary>
    public const string DefaultSignature = "serving_default";

    /// <summary>What the choice of a version failed for.</summary>
    public static Error Of(Error error, ServingTarget target) => (error.Code, error.Field) switch
    {
        (ErrorCode.NotFound, "label") => Error.Invalid($"Unrecognized servable version label: {target.Label}"),
        (ErrorCode.NotFound, "deployment" or "version") => Error.NotFound($"Servable not found for request: {Wanted(target)}"),
        _ => error,
    };

    private static string Wanted(ServingTarget target) =>
        target.Version is { } version ? $"Specific({target.Deployment}, {version})" : $"Latest({target.Deployment})";
}
