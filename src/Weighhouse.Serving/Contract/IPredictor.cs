using Weighhouse.Kernel;

namespace Weighhouse.Serving;

/// <summary>
/// The one way by which every protocol predicts. Two steps, because a protocol whose numbers have no type can be read only when the
/// version, and so its shape, is known: begin, read the tensors into the request, predict.
/// </summary>
public interface IPredictor
{
    /// <summary>
    /// Chooses the version and holds it loaded for the request. NotFound when there is no such deployment, version or label (the error's
    /// field is "deployment", "version" or "label"), Unavailable when it is not loaded. Needs the right to view the deployment.
    /// </summary>
    ValueTask<Result<InferenceRequest>> BeginAsync(Principal caller, ServingTarget target, CancellationToken cancellation);

    /// <summary>
    /// Runs the model. InvalidArgument when inputs are missing or do not suit it, LimitExceeded when too many wait, Unavailable when the
    /// deadline has passed. The request is the caller's still: it disposes the reply and then the request.
    /// </summary>
    ValueTask<Result<InferenceReply>> PredictAsync(InferenceRequest request, CancellationToken cancellation);
}
