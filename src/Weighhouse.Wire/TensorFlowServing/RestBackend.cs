using Weighhouse.Serving;

namespace Weighhouse.Wire.TensorFlowServing;

/// <summary>What this protocol is a view of.</summary>
internal sealed record RestBackend(IPredictor Predictor, IServedModels Models, TensorFlowServingOptions Options);
