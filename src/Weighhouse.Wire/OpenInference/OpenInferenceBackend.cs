using Microsoft.Extensions.Logging;
using Weighhouse.Serving;

namespace Weighhouse.Wire.OpenInference;

/// <summary>What this protocol is a view of.</summary>
internal sealed record OpenInferenceBackend(
    IPredictor Predictor, IServedModels Models, OpenInferenceOptions Options, TimeProvider Time, ILogger<OpenInferenceBackend> Logger);
