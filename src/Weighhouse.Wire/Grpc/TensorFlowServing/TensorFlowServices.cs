using Weighhouse.Kernel;
using Weighhouse.Wire.Grpc.Transport;

namespace Weighhouse.Wire.Grpc.TensorFlowServing;

/// <summary>tensorflow.serving.PredictionService and ModelService: a deployment is what they call a model.</summary>
internal static class TensorFlowServices
{
    private const string Prediction = "tensorflow.serving.PredictionService";
    private const string Model = "tensorflow.serving.ModelService";

    public static readonly IReadOnlyList<GrpcMethod> Methods =
    [
        GrpcMethod.Of(Prediction, "Predict", Policy.View, PredictHandler.AnswerAsync,
            "`tensor_content` and the lists of every type but complex; answers in lists; versions, labels, `output_filter`"),
        GrpcMethod.Of(Prediction, "GetModelMetadata", Policy.View, MetadataHandler.AnswerAsync,
            "`signature_def`; a model has the signature `serving_default`"),
        GrpcMethod.Of(Model, "GetModelStatus", Policy.View, StatusHandler.AnswerAsync, "the highest version first"),
    ];
}
